"""The loss statement of one gateway and day: what arrived then, was missed then, or cannot be known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from ingest.chain import Range, count
from ingest.history import Arrival, History
from ingest.missing import Missing, missing
from ingest.statement import Unknown, state


@dataclass(frozen=True, slots=True)
class Day:
    """A day as the calendar of a region has it, from `begin` until before `end`."""

    calendar: date
    begin: datetime
    end: datetime

    @classmethod
    def of(cls, day: date, region: ZoneInfo) -> Day:
        begin = datetime.combine(day, time(), region)
        end = datetime.combine(day + timedelta(days=1), time(), region)
        return cls(day, begin.astimezone(UTC), end.astimezone(UTC))

    def holds(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end


@dataclass(frozen=True, slots=True)
class StreamDay:
    """One stream on one day. `arrived` are the batches that came on it, `missing` those of which that day was
    the first to tell and that have not come since. `readings` were stored of them, `refused` readings and
    `rejected` batches are in quarantine; `resends` is how often any of them came again."""

    stream: str
    arrived: tuple[Range, ...]
    readings: int
    rejected: int
    refused: int
    resends: int
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class DayStatement:
    """`heard_until` is the latest moment at which the gateway is proven to have said what it had sealed."""

    gateway: UUID
    day: date
    begin: datetime
    end: datetime
    complete: bool
    arrived: int
    readings: int
    missing: int
    rejected: int
    refused: int
    resends: int
    heard_until: datetime | None
    streams: tuple[StreamDay, ...]
    unknown: tuple[Unknown, ...]


def day_statement(history: History, day: Day, now: datetime) -> DayStatement:
    """What is proven of a day, as far as it has passed. Of what comes later it may say more."""
    gone = missing(history)
    streams = tuple(_streams(history, day, gone))
    unknown = tuple(_unknown(history, day, now))
    lost = sum(part.batches for stream in streams for part in stream.missing)
    return DayStatement(
        gateway=history.gateway,
        day=day.calendar,
        begin=day.begin,
        end=day.end,
        complete=not lost and not unknown,
        arrived=sum(count(stream.arrived) for stream in streams),
        readings=sum(stream.readings for stream in streams),
        missing=lost,
        rejected=sum(stream.rejected for stream in streams),
        refused=sum(stream.refused for stream in streams),
        resends=sum(stream.resends for stream in streams),
        heard_until=_heard_until(history),
        streams=streams,
        unknown=unknown,
    )


def _streams(history: History, day: Day, gone: Iterable[Missing]) -> Iterator[StreamDay]:
    for stream in history.streams():
        came = _came(stream, history, day)
        lost = tuple(part for part in gone if part.stream == stream and day.holds(part.since))
        if came or lost:
            yield StreamDay(
                stream=stream,
                arrived=_ranges(came),
                readings=sum(piece.readings for piece in came),
                rejected=sum(piece.rejected for piece in came),
                refused=sum(piece.refused for piece in came),
                resends=sum(piece.resends for piece in came),
                missing=lost,
            )


def _came(stream: str, history: History, day: Day) -> list[Arrival]:
    """A fold lies within one day."""
    pieces: tuple[Arrival, ...] = (*history.places, *history.folds)
    return [piece for piece in pieces if piece.stream == stream and day.holds(piece.since)]


def _ranges(came: Iterable[Arrival]) -> tuple[Range, ...]:
    ranges: list[Range] = []
    for piece in sorted(came, key=lambda each: each.first):
        if ranges and ranges[-1].last == piece.first - 1:
            ranges[-1] = Range(ranges[-1].first, piece.last)
        else:
            ranges.append(Range(piece.first, piece.last))
    return tuple(ranges)


def _unknown(history: History, day: Day, now: datetime) -> Iterator[Unknown]:
    for span in state(history).unknown:
        begins_before = span.since is None or span.since < day.end
        if begins_before and (span.until is None or day.begin < span.until):
            yield span
    yield from _tail(history, day, now)


def _tail(history: History, day: Day, now: datetime) -> Iterator[Unknown]:
    """Whatever was sealed after the gateway last said where its stream stands."""
    heard = _heard_until(history)
    appeared = [seen.at for seen in history.in_order_of_appearance()]
    is_concerned = bool(appeared) and min([*appeared, *(claim.at for claim in history.claims)]) < day.end
    if is_concerned and (heard is None or heard < min(day.end, now)):
        yield Unknown("tail", heard, None)


def _heard_until(history: History) -> datetime | None:
    return max((head.said_at for head in history.heads if head.said_at), default=None)
