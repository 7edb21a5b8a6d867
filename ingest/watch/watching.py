"""What beside the ledger somebody must look at: clocks, quarantine, horizon, workers. Facts in, bells out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from device_drivers.wire.codec import MAX_MESSAGE
from ingest.door.quarantine import CAP
from ingest.loss.ringing import Bell

CODES: Final = ("clock", "unsaving", "quarantine", "horizon", "worker")

OFF_FOR: Final = timedelta(minutes=5)
"""One heartbeat may have waited somewhere; those of five minutes have not."""

LAG: Final = timedelta(seconds=5)
"""How long a committed reading may wait for another transaction (design, cursors)."""

APART: Final = timedelta(seconds=5)
"""The worker dates what it stores, the database times what it guards: their clocks must agree."""

SILENT_AFTER: Final = timedelta(minutes=1)
"""A worker beats every ten seconds."""


@dataclass(frozen=True, slots=True)
class OffClock:
    """A gateway whose heartbeats have been off our clock by far `since`, until the last `heard_at`."""

    gateway: UUID
    since: datetime
    heard_at: datetime
    seconds: int


@dataclass(frozen=True, slots=True)
class Unsaving:
    """A gateway that says since then that it can write nothing down, and why."""

    gateway: UUID
    since: datetime
    trouble: str


@dataclass(frozen=True, slots=True)
class Use:
    """What a source has in quarantine, and how often it was turned away for it."""

    source: str
    bytes: int
    turned_away: int


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    name: str
    beat_at: datetime
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one moment. `waiting_since`: when the oldest reading was stored that is committed and still waits;
    `database_at`: what the database's clock says."""

    clocks: tuple[OffClock, ...]
    unsaving: tuple[Unsaving, ...]
    uses: tuple[Use, ...]
    workers: tuple[WorkerSeen, ...]
    waiting_since: datetime | None
    database_at: datetime


def bells(facts: Facts, now: datetime) -> list[Bell]:
    """All that rings of it."""
    return [
        *_clocks(facts.clocks),
        *_unsaving(facts.unsaving),
        *_apart(facts.database_at, now),
        *_quarantines(facts.uses),
        *_horizon(facts.waiting_since, now),
        *_workers(facts.workers, now),
    ]


def _clocks(clocks: Iterable[OffClock]) -> list[Bell]:
    return [
        Bell("clock", "operations", str(each.gateway), _offset(each.seconds), each.since, each.gateway)
        for each in clocks
        if each.heard_at - each.since >= OFF_FOR
    ]


def _unsaving(gateways: Iterable[Unsaving]) -> list[Bell]:
    """At once: what a home measures meanwhile may be lost."""
    return [
        Bell("unsaving", "operations", str(each.gateway), each.trouble, each.since, each.gateway)
        for each in gateways
    ]


def _offset(seconds: int) -> str:
    return f"{abs(seconds)} s {'ahead' if seconds > 0 else 'behind'}"


def _apart(database_at: datetime, now: datetime) -> list[Bell]:
    apart = now - database_at
    if abs(apart) <= APART:
        return []
    seconds = round(apart.total_seconds())
    return [Bell("clock", "operations", "worker", f"{_offset(seconds)} of the database's")]


def _quarantines(uses: Iterable[Use]) -> list[Bell]:
    """Where the next message may find no room: from then on its source gets no receipt."""
    return [
        Bell("quarantine", "operations", use.source, f"{use.bytes} bytes, {use.turned_away} turned away")
        for use in uses
        if use.bytes + MAX_MESSAGE > CAP
    ]


def _horizon(waiting_since: datetime | None, now: datetime) -> list[Bell]:
    if waiting_since is None or now - waiting_since <= LAG:
        return []
    return [Bell("horizon", "operations", "database", "a transaction holds it back", waiting_since)]


def _workers(workers: Iterable[WorkerSeen], now: datetime) -> list[Bell]:
    return [
        Bell("worker", "operations", each.name, "silent", each.beat_at)
        for each in workers
        if each.stopped_at is None and now - each.beat_at > SILENT_AFTER
    ]
