"""What a chart of fingerstick glucose shows, worked out from readings. Draws nothing and sets no limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from alerts.reading import Context, Reading
from alerts.settings import DEFAULT, Settings
from alerts.units import mean, tenth
from clinician_api.web.charts.period import Period

Shape = Literal["square", "triangle", "circle"]
SLOTS: Final[tuple[Context | None, ...]] = ("fasting", "pre_meal", "post_meal", "bedtime", "random", None)
SHAPES: Final[dict[Context | None, Shape]] = {
    "fasting": "square",
    "pre_meal": "square",
    "post_meal": "triangle",
    "bedtime": "circle",
    "random": "circle",
    None: "circle",
}
MOST_POINTS: Final = 400
"""Fourteen days of far more fingersticks than anybody takes; the newest are shown."""


@dataclass(frozen=True, slots=True)
class Stick:
    """One reading. `beyond` is shown instead of a number; `counts` is false for control solution."""

    id: str
    at: datetime
    value: Decimal | None
    beyond: Literal["HI", "LO"] | None
    context: Context | None
    counts: bool
    marks: tuple[str, ...] = ()
    is_late: bool = False

    @property
    def shape(self) -> Shape:
        return SHAPES[self.context]


@dataclass(frozen=True, slots=True)
class SlotMean:
    """HI and LO have no number: they are counted apart and leave the mean."""

    context: Context | None
    readings: int
    beyond: int
    mean: Decimal | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class GlucoseChart:
    period: Period
    sticks: tuple[Stick, ...]
    slots: tuple[SlotMean, ...]
    readings: int
    last_at: datetime | None


def glucose_chart(
    readings: Sequence[Reading], period: Period, *, settings: Settings = DEFAULT
) -> GlucoseChart:
    """`readings` are sorted by time."""
    known = [each for each in readings if each.kind == "glucose"]
    sticks = [_stick(each, settings) for each in known if period.holds(each.taken_at)]
    slots = (_slot(sticks, context) for context in SLOTS)
    return GlucoseChart(
        period=period,
        sticks=tuple(sticks[-MOST_POINTS:]),
        slots=tuple(each for each in slots if each.readings),
        readings=len(sticks),
        last_at=known[-1].taken_at if known else None,
    )


def _stick(reading: Reading, settings: Settings) -> Stick:
    is_number = reading.glucose is not None
    return Stick(
        id=reading.id,
        at=reading.taken_at,
        value=reading.glucose,
        beyond=reading.beyond,
        context=reading.context,
        counts=is_number or reading.beyond is not None,
        marks=_marks(reading),
        is_late=reading.is_late(settings.late_after),
    )


def _marks(reading: Reading) -> tuple[str, ...]:
    """HI and LO are said by the value itself."""
    quality = () if reading.quality == "ok" or reading.beyond is not None else (reading.quality,)
    return (*sorted(reading.flags & {"typed"}), *quality)


def _slot(sticks: Iterable[Stick], context: Context | None) -> SlotMean:
    found = [each for each in sticks if each.context == context and each.counts]
    values = [each.value for each in found if each.value is not None]
    return SlotMean(
        context=context,
        readings=len(found),
        beyond=len(found) - len(values),
        mean=tenth(mean(values)) if values else None,
        low=min(values, default=None),
        high=max(values, default=None),
    )
