"""What about the ledger somebody must look at now. Evidence in, alarms out; rings and stores nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from ingest.chain import Range, chain_of
from ingest.history import History
from ingest.statement import state

HOLE_AFTER: Final = timedelta(hours=1)
"""What lies below something that arrived is late after so long: a gateway sends its backlog oldest first."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """`operations`: something is late or full. `security`: somebody may hold a copy of a gateway's key.

    `since` is None where only that it happened is known.
    """

    code: Literal["hole", "fork"]
    kind: Literal["operations", "security"]
    gateway: UUID
    stream: str
    batches: Range
    since: datetime | None


def alarms(history: History, now: datetime) -> tuple[Alarm, ...]:
    """Of one gateway, security first."""
    return (*_forks(history), *_holes(history, now))


def _forks(history: History) -> Iterator[Alarm]:
    for stream in state(history).streams:
        returned = [each for each in history.resyncs if each.stream == stream.stream and each.is_fork]
        for seq in stream.forks:
            since = min((each.at for each in returned if each.seq == seq), default=None)
            yield Alarm("fork", "security", history.gateway, stream.stream, Range(seq, seq), since)


def _holes(history: History, now: datetime) -> Iterator[Alarm]:
    for stream in state(history).streams:
        arrivals = chain_of(stream.stream, history).arrivals()
        for hole in stream.holes:
            since = _first(piece.since for piece in arrivals if piece.first > hole.last)
            if since is not None and now - since >= HOLE_AFTER:
                yield Alarm("hole", "operations", history.gateway, stream.stream, hole, since)


def _first(moments: Iterable[datetime]) -> datetime | None:
    """When it was first known that something lies below."""
    return min(moments, default=None)
