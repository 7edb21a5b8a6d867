"""What a copy should hold against what it gave back, point by point. Reads and mends nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from ingest.influx.point import Key, Point, Row, Value, name_of, second_of

Trouble = Literal["missing", "wrong", "extra"]
"""Not there; there with other fields; there though no reading in force says so."""


class Spot(NamedTuple):
    """One resident's second: what is erased and written again as one."""

    resident: UUID
    second: datetime


class Difference(NamedTuple):
    """`lingers`: what is there has something that no writing goes over, and must be erased."""

    key: Key
    trouble: Trouble
    lingers: bool

    @property
    def spot(self) -> Spot:
        return Spot(self.key.resident, second_of(self.key.at))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a copy must hold, and of which points it may hold anything: those not copied yet."""

    points: Mapping[Key, Mapping[str, Value]]
    waiting: Collection[Key]


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of time with the readings in force that were taken in it."""

    begin: datetime
    end: datetime
    rows: Collection[Row]


def differences(wanted: Wanted, held: Iterable[Point], refused: Collection[str]) -> list[Difference]:
    """What the server refused before is not there, and nobody wonders."""
    there = {one.key: one.fields for one in held}
    found = []
    for key in wanted.points.keys() | there.keys():
        due, has = wanted.points.get(key), there.get(key)
        trouble = _trouble(due, has)
        if trouble is None or key in wanted.waiting:
            continue
        if trouble != "missing" or name_of(key) not in refused:
            found.append(Difference(key, trouble, bool((has or {}).keys() - (due or {}).keys())))
    return sorted(found, key=lambda one: (one.key.at, one.key.resident, one.key.measurement, one.trouble))


def _trouble(wanted: Mapping[str, Value] | None, held: Mapping[str, Value] | None) -> Trouble | None:
    if held is None:
        return None if wanted is None else "missing"
    if wanted is None:
        return "extra"
    return None if wanted == held else "wrong"


def must_erase(before: Iterable[Point], after: Point) -> bool:
    """Whether writing it leaves something of an earlier revision standing."""
    return any(one.key != after.key or one.fields.keys() - after.fields.keys() for one in before)


def slices(rows: Iterable[Row], begin: datetime, end: datetime, *, most: int) -> Iterator[Slice]:
    """The whole time from begin to end, cut between two seconds wherever so many rows have come. The rows are
    in the order taken, and both moments are whole seconds."""
    gathered: list[Row] = []
    for row in rows:
        second = row.taken_at.replace(microsecond=0)
        if len(gathered) >= most and second > gathered[-1].taken_at:
            yield Slice(begin, second, tuple(gathered))
            begin, gathered = second, []
        gathered.append(row)
    yield Slice(begin, end, tuple(gathered))
