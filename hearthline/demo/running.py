"""The demo from start to summary: run, wait, let everything come home, count. Starts no process itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import chain
from math import inf
from typing import Final

import psycopg

from hearthline.demo import records
from hearthline.demo.logins import Logins
from hearthline.demo.summary import Elsewhere, Record, Summary, Whereabouts, count, summarise
from hearthline.demo.system import System, Wish, started

_DRAIN_S: Final = 60.0
_POLL_S: Final = 0.2


def run(wish: Wish, *, ready: Callable[[str, Logins], None], tell: Callable[[str], None]) -> Summary:
    """Measure for the wished time or until interrupted, then count. `ready` is told the pages' URL."""
    with started(wish, tell) as system:
        ready(system.url, system.logins)
        system.air.start()
        _pass_time(wish.seconds)
        tell("measuring is over; waiting for the last readings")
        system.air.stop()
        _drain(system)
        system.stop_gateways()
        return _count(system)


def _pass_time(seconds: float) -> None:
    """An interrupt from the terminal ends the measuring, not the counting."""
    try:
        time.sleep(seconds)
    except KeyboardInterrupt:
        return


def _drain(system: System) -> None:
    """Until all that was taken is stored, receipted and on the page, or time is up."""
    deadline = time.monotonic() + _DRAIN_S
    while time.monotonic() < deadline:
        taken = count(records.taken(system.air.report()))
        is_stored = not taken - count(records.stored(system.connection)) and not _unsent(system)
        if is_stored and system.watcher.seen.keys() >= set(records.identities(system.connection).values()):
            return
        time.sleep(_POLL_S)


def _unsent(system: System) -> int:
    return sum(counts.unsent for home in system.homes if (counts := home.counts()))


def _count(system: System) -> Summary:
    meters = system.air.report()
    outboxes = [records.in_outbox(home.outbox) for home in system.homes]
    where = Whereabouts(
        taken=count(records.taken(meters)),
        stored=count(records.stored(system.connection)),
        quarantined=count(records.quarantined(system.connection)),
        in_outbox=count(chain.from_iterable(outboxes)),
        in_meter=count(records.in_memory(meters)),
    )
    held = [counts for home in system.homes if (counts := home.counts())]
    counted = Elsewhere(
        receipted=sum(counts.receipted for counts in held),
        at_risk=sum(counts.at_risk for counts in held),
        quarantined=_rows(system.connection, "select count(*) from ingest.quarantine"),
        episodes=_rows(system.connection, "select count(*) from alerts.episode"),
        follow_ups=_rows(system.connection, "select count(*) from care.task"),
        waits_ms=_waits(system),
    )
    return summarise(where, counted)


def _waits(system: System) -> list[float]:
    """Milliseconds from each measurement's end to the page; infinite for one that was never found there."""
    identities, seen = records.identities(system.connection), system.watcher.seen
    taken_at = system.air.taken
    found = ((taken_at[place], seen.get(identities.get(record, ""))) for place, record in _taken(system))
    return [inf if at is None else (at - since).total_seconds() * 1000 for since, at in found]


def _taken(system: System) -> list[tuple[tuple[str, int], Record]]:
    numbered = records.numbered(system.air.report())
    return [(place, record) for place, record in numbered if place in system.air.taken]


def _rows(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else 0
