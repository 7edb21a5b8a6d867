"""What a time-series store answers. Says nothing of who may ask, and judges nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

Kind = Literal["blood_pressure", "glucose", "ketone"]
Measure = Literal["systolic", "diastolic", "pulse", "glucose", "ketone"]
Step = Literal["half_day", "day"]


class Sample(NamedTuple):
    """A reading in force: its latest revision, of whoever it belongs to now.

    Numbers are the meter's own, in its own `unit`. None where the meter sent none; HI and LO stand in
    `beyond`, and never as a number. `meal` is the context's word of the GATT Specification Supplement.
    """

    resident: UUID
    reading_id: UUID
    taken_at: datetime
    stored_at: datetime
    kind: Kind
    unit: str | None
    systolic: Decimal | None
    diastolic: Decimal | None
    pulse: Decimal | None
    concentration: Decimal | None
    beyond: Literal["HI", "LO"] | None
    meal: str | None
    quality: str
    flags: Sequence[str]


class Aggregate(NamedTuple):
    """The numbers of one measure and unit in a half-day or day that begins at `begin`.

    Only what measured the resident and is a number counts: readings of quality `ok`, each once. A pulse is
    counted per minute, and its unit is `/min`.
    """

    begin: datetime
    measure: Measure
    unit: str
    readings: int
    mean: Decimal
    lowest: Decimal
    highest: Decimal


class Series(Protocol):
    """Moments are aware; windows hold their begin and not their end; answers are in the order measured."""

    def window(self, resident: UUID, begin: datetime, end: datetime) -> list[Sample]:
        """All readings in force, whatever their quality."""
        ...

    def aggregates(self, resident: UUID, first: date, last: date, step: Step) -> list[Aggregate]:
        """From the first local day to the last, both included; by begin, measure and unit."""
        ...

    def latest(self, residents: Collection[UUID], kind: Kind) -> dict[UUID, Sample]:
        """The newest of each resident that says something of them: no device error, no control solution.

        Residents without one are absent.
        """
        ...


def bounds(first: date, last: date, region: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants between which these local days lie. Raises ValueError on days in the wrong order."""
    if last < first:
        raise ValueError(f"{last} is before {first}")
    return midnight(first, region), midnight(last + timedelta(days=1), region)


def midnight(day: date, region: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), region)
