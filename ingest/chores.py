"""What is done in each round, and in which order. Each chore is bounded: the rest waits for the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from psycopg import Connection

from ingest.fleet.round import walk
from ingest.lineage.life import Life
from ingest.loss.alarms import alarms, next_look
from ingest.loss.ringing import Bell, Change, of_ledger
from ingest.rounds import Chore
from ingest.store import bells, looking, meters, ordering, rebound
from ingest.store.folding import fold
from ingest.store.history import evidence, gateways_after
from ingest.store.watching import facts
from ingest.watch import watching

log = structlog.get_logger(__name__)

_STEPS: Final = 20
_LOOKED: Final = 500
"""Ledgers in one round."""

_AGAIN: Final = timedelta(minutes=1)
"""After which a ledger that rings is looked at again: what fills a hole fits, and a key is revoked elsewhere;
neither puts a gateway under watch."""

_ORDERED: Final = 10
"""Pieces of a month in one round: twenty thousand readings."""

_FOLDED: Final = 10
"""Gateways in one round: 86 000 in a day."""


def chores_of(life: Life, region: ZoneInfo, *, is_listening: Callable[[], bool]) -> Mapping[str, Chore]:
    """In the order in which they are done. `is_listening`: whether what gateways say reaches this process."""
    return {
        "meters": advance_meters,
        "bindings": follow_bindings,
        "silence": partial(_judge_silence, is_listening),
        "ledger": Ledgers(life),
        "watching": watch,
        "folding": Folding(region),
        "ordering": put_in_order,
    }


def advance_meters(connection: Connection, _now: datetime) -> None:
    for _ in range(_STEPS):
        if not meters.advance(connection):
            break


def follow_bindings(connection: Connection, now: datetime) -> None:
    rebound.catch_up(connection, now)


def _judge_silence(is_listening: Callable[[], bool], connection: Connection, now: datetime) -> None:
    walk(connection, now, is_listening=is_listening())


def watch(connection: Connection, now: datetime) -> None:
    """Clocks, quarantine, the horizon, workers."""
    found = watching.bells(facts(connection), now)
    with connection.transaction(), connection.cursor() as cursor:
        change = bells.note(cursor, found, now, codes=watching.CODES)
    tell(change)


def put_in_order(connection: Connection, now: datetime) -> None:
    for _ in range(_ORDERED):
        if not ordering.advance(connection, now):
            break


class Ledgers:
    """Looks at the ledgers that something new, or time, may have put in trouble."""

    def __init__(self, life: Life) -> None:
        self._life = life

    def __call__(self, connection: Connection, now: datetime) -> None:
        for _ in range(_STEPS):
            if not looking.advance(connection, now, lineage=self._life.n):
                break
        for _ in range(_LOOKED):
            gateway = looking.next_due(connection, now, again=now + _AGAIN)
            if gateway is None:
                break
            self._look(connection, gateway, now)

    def _look(self, connection: Connection, gateway: UUID, now: datetime) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            history = evidence(connection, gateway, self._life)
            rings = of_ledger(alarms(history, now))
            looking.looked(cursor, gateway, _again(rings, next_look(history, now), now))
            change = bells.note(cursor, rings, now, codes=("hole", "fork"), gateways=[gateway])
        tell(change)


def _again(rings: list[Bell], of_age: datetime | None, now: datetime) -> datetime | None:
    if not rings:
        return of_age
    return min(now + _AGAIN, of_age or now + _AGAIN)


class Folding:
    """Goes through the gateways in turn."""

    def __init__(self, region: ZoneInfo) -> None:
        self._region = region
        self._last: UUID | None = None

    def __call__(self, connection: Connection, now: datetime) -> None:
        some = gateways_after(connection, self._last, _FOLDED)
        for gateway in some:
            fold(connection, gateway, now=now, region=self._region)
        self._last = some[-1] if len(some) == _FOLDED else None


def tell(change: Change) -> None:
    """In the log, once as it begins and once as it ends."""
    for bell in change.begin:
        since = bell.since and bell.since.isoformat()
        log.error("alarm.begun", code=bell.code, kind=bell.kind, subject=bell.subject, since=since)
    for each in change.end:
        log.info("alarm.ended", code=each.code, kind=each.kind, subject=each.subject)
