"""The loss statement of one gateway and one day. Evidence in, words out; `unknown` is never 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ingest.loss.chain import Range, chain_of
from ingest.loss.history import Arrival, History
from ingest.loss.statement import Statement, StreamStatement, Unknown, state


@dataclass(frozen=True, slots=True)
class Missing:
    """Batches of a stream that were sealed between two moments and have not arrived; they may still come.

    A moment is None where nothing that was sealed before or after them is known.
    """

    stream: str
    first: int
    last: int
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DayStatement:
    """Of the batches sealed in [`begin`, `end`) by the gateway's clock, where that is known: those that
    arrived, with their readings; whole ones and single readings that went to quarantine; how often any came
    again; those missing, which may have been sealed that day. `unknown` are the spans that touch it.

    `heard_until` is the latest moment at which the gateway, by a true clock, said what it had sealed. What
    of a day comes after it is a tail that nobody knows.
    """

    gateway: UUID
    begin: datetime
    end: datetime
    complete: bool
    arrived: int
    readings: int
    rejected: int
    refused: int
    resends: int
    heard_until: datetime | None
    missing: tuple[Missing, ...]
    unknown: tuple[Unknown, ...]


def state_of_day(history: History, begin: datetime, end: datetime, *, now: datetime) -> DayStatement:
    """What of a day's batches is proven, as far as the day has passed. All moments are aware."""
    whole = state(history)
    arrivals: tuple[Arrival, ...] = (*history.places, *history.folds)
    sealed = [piece for piece in arrivals if begin <= piece.sealed < end]
    missing = tuple(gap for gap in _missing(whole, history) if _touches(gap.since, gap.until, begin, end))
    spans = (*whole.unknown, *_tail(history, min(end, now)))
    unknown = tuple(each for each in spans if _touches(each.since, each.until, begin, end))
    return DayStatement(
        gateway=history.gateway,
        begin=begin,
        end=end,
        complete=not missing and not unknown,
        arrived=sum(piece.batches for piece in sealed),
        readings=sum(piece.readings for piece in sealed),
        rejected=sum(piece.rejected for piece in sealed),
        refused=sum(piece.refused for piece in sealed),
        resends=sum(piece.resends for piece in sealed),
        heard_until=_heard_until(history),
        missing=missing,
        unknown=unknown,
    )


def _missing(whole: Statement, history: History) -> Iterable[Missing]:
    for stream in whole.streams:
        arrivals = chain_of(stream.stream, history).arrivals()
        before = {piece.last: piece.sealed_last for piece in arrivals}
        after = {piece.first: piece.sealed_first for piece in arrivals}
        for gap in (*stream.holes, *stream.pending):
            yield Missing(
                stream.stream,
                gap.first,
                gap.last,
                since=before.get(gap.first - 1),
                until=after.get(gap.last + 1) or _announced(history, stream, gap),
            )


def _announced(history: History, stream: StreamStatement, gap: Range) -> datetime | None:
    """When the gateway first said that it had sealed these."""
    heads = [head.at for head in history.heads if head.stream == stream.stream and head.seq >= gap.last]
    return min(heads, default=None)


def _tail(history: History, end: datetime) -> Iterator[Unknown]:
    """Whatever was sealed after the gateway last said where its stream stands."""
    heard = _heard_until(history)
    appeared = [seen.at for seen in history.in_order_of_appearance()]
    is_concerned = bool(appeared) and min([*appeared, *(claim.at for claim in history.claims)]) < end
    if is_concerned and (heard is None or heard < end):
        yield Unknown("tail", heard, None)


def _heard_until(history: History) -> datetime | None:
    return max((head.said_at for head in history.heads if head.said_at), default=None)


def _touches(since: datetime | None, until: datetime | None, begin: datetime, end: datetime) -> bool:
    return (since is None or since < end) and (until is None or until >= begin)
