"""What about the ledger somebody must look at now. Evidence in, alarms out; rings and stores nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from ingest.loss.chain import Range, chain_of
from ingest.loss.history import Arrival, History, SignedHead
from ingest.loss.statement import state

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


def next_look(history: History, now: datetime) -> datetime | None:
    """When time alone changes what rings: a young hole comes of age. None while it does not."""
    ages = (since + HOLE_AFTER for _, _, since in _all_holes(history) if since is not None)
    return min((age for age in ages if age > now), default=None)


def _forks(history: History) -> Iterator[Alarm]:
    """Until every key that spoke in the stream is revoked: then its copies open nothing any more."""
    for stream in state(history).streams:
        if not _may_still_speak(history, stream.stream):
            continue
        returned = [each for each in history.resyncs if each.stream == stream.stream and each.is_fork]
        for seq in stream.forks:
            since = min((each.at for each in returned if each.seq == seq), default=None)
            yield Alarm("fork", "security", history.gateway, stream.stream, Range(seq, seq), since)


def _may_still_speak(history: History, stream: str) -> bool:
    """As far as is known: of a claim that is not, it must be assumed."""
    pieces: list[Arrival | SignedHead] = [*history.places, *history.folds, *history.heads]
    spoke = {piece.claim for piece in pieces if piece.stream == stream}
    revoked = {claim.number for claim in history.claims if not claim.in_force}
    return not spoke or not spoke <= revoked


def _holes(history: History, now: datetime) -> Iterator[Alarm]:
    for stream, hole, since in _all_holes(history):
        if since is not None and now - since >= HOLE_AFTER:
            yield Alarm("hole", "operations", history.gateway, stream, hole, since)


def _all_holes(history: History) -> Iterator[tuple[str, Range, datetime | None]]:
    for stream in state(history).streams:
        arrivals = chain_of(stream.stream, history).arrivals()
        for hole in stream.holes:
            yield stream.stream, hole, _first(piece.since for piece in arrivals if piece.first > hole.last)


def _first(moments: Iterable[datetime]) -> datetime | None:
    """When it was first known that something lies below."""
    return min(moments, default=None)
