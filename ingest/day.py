"""The loss statement of one gateway and one day. Evidence in, words out; `unknown` is never 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ingest.chain import Range, chain_of
from ingest.history import History, Place
from ingest.statement import Statement, StreamStatement, Unknown, state


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
    arrived, with their readings; whole ones and single readings that went to quarantine; those missing, which
    may have been sealed that day. `unknown` are the spans that touch it."""

    gateway: UUID
    begin: datetime
    end: datetime
    complete: bool
    arrived: int
    readings: int
    rejected: int
    refused: int
    missing: tuple[Missing, ...]
    unknown: tuple[Unknown, ...]


def state_of_day(history: History, begin: datetime, end: datetime) -> DayStatement:
    """What of a day's batches is proven. `begin` and `end` are aware."""
    whole = state(history)
    sealed = [place for place in history.places if begin <= place.sealed < end]
    missing = tuple(gap for gap in _missing(whole, history) if _touches(gap.since, gap.until, begin, end))
    unknown = tuple(each for each in whole.unknown if _touches(each.since, each.until, begin, end))
    return DayStatement(
        gateway=history.gateway,
        begin=begin,
        end=end,
        complete=not missing and not unknown,
        arrived=len(sealed),
        readings=sum(place.readings for place in sealed),
        rejected=sum(place.outcome == "rejected" for place in sealed),
        refused=sum(place.refused for place in sealed),
        missing=missing,
        unknown=unknown,
    )


def _missing(whole: Statement, history: History) -> Iterable[Missing]:
    for stream in whole.streams:
        places = chain_of(stream.stream, history).places
        for gap in (*stream.holes, *stream.pending):
            yield Missing(
                stream.stream,
                gap.first,
                gap.last,
                since=_sealed(places, gap.first - 1),
                until=_sealed(places, gap.last + 1) or _announced(history, stream, gap),
            )


def _sealed(places: Mapping[int, Place], seq: int) -> datetime | None:
    return places[seq].sealed if seq in places else None


def _announced(history: History, stream: StreamStatement, gap: Range) -> datetime | None:
    """When the gateway first said that it had sealed these."""
    heads = [head.at for head in history.heads if head.stream == stream.stream and head.seq >= gap.last]
    return min(heads, default=None)


def _touches(since: datetime | None, until: datetime | None, begin: datetime, end: datetime) -> bool:
    return (since is None or since < end) and (until is None or until >= begin)
