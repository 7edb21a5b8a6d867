"""Points of the copy as samples, and samples as figures. Pure; asks nobody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from ingest.influx.point import Point, moment
from ingest.series.port import Aggregate, Kind, Measure, Sample, Step

_NOON: Final = 12


def sample(one: Point) -> Sample:
    """What the port calls it."""
    said: dict[str, Any] = dict(one.fields)
    return Sample(
        resident=one.key.resident,
        reading_id=UUID(said["reading_id"]),
        taken_at=taken_at(one),
        stored_at=moment(said["stored_at"]),
        kind=cast("Kind", one.key.measurement),
        unit=one.key.unit,
        systolic=said.get("systolic"),
        diastolic=said.get("diastolic"),
        pulse=said.get("pulse"),
        concentration=said.get("concentration"),
        beyond=said.get("beyond"),
        meal=said.get("meal"),
        quality=said["quality"],
        flags=said.get("flags", "").split(),
    )


def taken_at(one: Point) -> datetime:
    return moment(int(one.fields["taken_at"]))


def ordered(points: Iterable[Point]) -> list[Point]:
    """As measured; of one moment by id."""
    return sorted(points, key=lambda one: (taken_at(one), str(one.fields["reading_id"])))


class Number(NamedTuple):
    begin: datetime
    measure: Measure
    unit: str
    value: Decimal


def aggregates(points: Iterable[Point], step: Step, region: ZoneInfo) -> list[Aggregate]:
    """Figures of what is counted; by begin, measure and unit."""
    groups: dict[tuple[datetime, Measure, str], list[Decimal]] = {}
    for one in points:
        if one.fields["counted"] is True:
            for number in _numbers(sample(one), step, region):
                groups.setdefault((number.begin, number.measure, number.unit), []).append(number.value)
    return [
        Aggregate(*group, len(values), sum(values, Decimal(0)) / len(values), min(values), max(values))
        for group, values in sorted(groups.items())
    ]


def _numbers(one: Sample, step: Step, region: ZoneInfo) -> Iterable[Number]:
    begin = _begin(one.taken_at, step, region)
    concentration: Measure = "ketone" if one.kind == "ketone" else "glucose"
    measures: tuple[tuple[Measure, str | None, Decimal | None], ...] = (
        ("systolic", one.unit, one.systolic),
        ("diastolic", one.unit, one.diastolic),
        ("pulse", "/min", one.pulse),
        (concentration, one.unit, one.concentration),
    )
    for measure, unit, value in measures:
        if unit is not None and value is not None:
            yield Number(begin, measure, unit, value)


def _begin(at: datetime, step: Step, region: ZoneInfo) -> datetime:
    """Of the local half-day or day in which it lies."""
    local = at.astimezone(region)
    hour = _NOON if step == "half_day" and local.hour >= _NOON else 0
    return local.replace(hour=hour, minute=0, second=0, microsecond=0).astimezone(UTC)
