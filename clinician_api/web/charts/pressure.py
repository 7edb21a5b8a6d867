"""What a chart of home blood pressure shows, worked out from readings. Draws nothing and sets no limit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final, Literal

from alerts.means import HomeMean, balanced, countable, week_mean
from alerts.plausibility import is_sound
from alerts.reading import ARTEFACTS, IRREGULAR_PULSE, Pressure, Reading
from alerts.rules.pressure import SEVEN_DAYS
from alerts.series import Series
from alerts.settings import DEFAULT, Settings
from clinician_api.web.charts.period import Gap, Period, TimeOfDay, gaps, time_of_day

Severity = Literal["critical", "high", "watch", "data"]
TYPED: Final = "typed"
_MARKED: Final = frozenset({TYPED, IRREGULAR_PULSE}) | ARTEFACTS
_DAY: Final = timedelta(days=1)
LEAST: Final = 3
"""Readings that a point of the rolling mean needs: the project's screens, charts."""

MOST_POINTS: Final = 150
"""Beyond this a day is one bar: a chart stays under 1500 marks and 40 kB."""

WANTED: Final = 14
"""Mornings and evenings of a week, where no care plan says otherwise."""


@dataclass(frozen=True, slots=True)
class Point:
    """One reading. `counts` is false for what is out of the means and drawn as ×."""

    id: str
    at: datetime
    systolic: int | None
    diastolic: int | None
    pulse: int | None
    slot: TimeOfDay | Literal["office"]
    counts: bool
    marks: tuple[str, ...] = ()
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A day's readings where there are too many to show each; `newest` is the id of the last."""

    day: date
    mean: Pressure
    low: Pressure
    high: Pressure
    readings: int
    newest: str


@dataclass(frozen=True, slots=True)
class MeanPoint:
    at: datetime
    pressure: Pressure


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, in words; or an alert, by its severity."""

    at: datetime
    text: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Target:
    pressure: Pressure = SEVEN_DAYS.threshold
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class PressureChart:
    """`points` or `bars`, never both. `line` breaks where days were missed."""

    period: Period
    target: Target
    points: tuple[Point, ...]
    bars: tuple[Bar, ...]
    line: tuple[tuple[MeanPoint, ...], ...]
    gaps: tuple[Gap, ...]
    events: tuple[Event, ...]
    readings: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The five numbers above the chart, all of the last seven days."""

    mean: HomeMean | None
    change: Pressure | None
    morning: Pressure | None
    evening: Pressure | None
    in_target: int
    readings: int
    done: int
    wanted: int
    last_at: datetime | None
    target: Target


def pressure_chart(
    readings: Sequence[Reading],
    period: Period,
    *,
    target: Target | None = None,
    events: Sequence[Event] = (),
    settings: Settings = DEFAULT,
) -> PressureChart:
    """`readings` are sorted by time and reach back before the period, so that its first mean is right."""
    pressures = [each for each in readings if each.kind == "blood_pressure"]
    shown = [each for each in pressures if period.holds(each.taken_at)]
    points = tuple(_point(each, period, settings) for each in shown)
    is_by_day = len(points) > MOST_POINTS
    empty = gaps([each.taken_at for each in pressures], period)
    return PressureChart(
        period=period,
        target=target or Target(),
        points=() if is_by_day else points,
        bars=_bars(points, period) if is_by_day else (),
        line=_line(pressures, period, empty, settings),
        gaps=empty,
        events=tuple(each for each in events if period.holds(each.at)),
        readings=len(points),
        last_at=pressures[-1].taken_at if pressures else None,
    )


def _point(reading: Reading, period: Period, settings: Settings) -> Point:
    local = period.local(reading.taken_at)
    return Point(
        id=reading.id,
        at=reading.taken_at,
        systolic=reading.systolic_mmhg,
        diastolic=reading.diastolic_mmhg,
        pulse=reading.bpm,
        slot="office" if reading.place == "office" else time_of_day(local),
        counts=is_sound(reading, settings),
        marks=(*sorted(reading.flags & _MARKED), *(() if reading.quality == "ok" else (reading.quality,))),
        is_late=reading.is_late(settings.late_after),
    )


def _bars(points: Iterable[Point], period: Period) -> tuple[Bar, ...]:
    sound = [each for each in points if each.counts]
    days = groupby(sound, key=lambda each: period.local(each.at).date())
    return tuple(_bar(day, list(group)) for day, group in days)


def _bar(day: date, points: Sequence[Point]) -> Bar:
    systolic = [each.systolic or 0 for each in points]
    diastolic = [each.diastolic or 0 for each in points]
    count = len(points)
    return Bar(
        day=day,
        # Half-up, as every mean of blood pressure is shown.
        mean=Pressure(
            (2 * sum(systolic) + count) // (2 * count), (2 * sum(diastolic) + count) // (2 * count)
        ),
        low=Pressure(min(systolic), min(diastolic)),
        high=Pressure(max(systolic), max(diastolic)),
        readings=count,
        newest=points[-1].id,
    )


def _series(pressures: Sequence[Reading], settings: Settings) -> Series | None:
    return Series(tuple(pressures), pressures[-1], settings) if pressures else None


def _line(
    pressures: Sequence[Reading], period: Period, empty: Sequence[Gap], settings: Settings
) -> tuple[tuple[MeanPoint, ...], ...]:
    """The mean of seven days at each day's last reading, in stretches between gaps."""
    series = _series([each for each in pressures if each.taken_at < period.end], settings)
    if series is None:
        return ()
    counted = countable(series, period.days + settings.mean_days + 1)
    days = [period.local(each.taken_at).date() for each in counted]
    stretches: dict[int, list[MeanPoint]] = {}
    for day in sorted(set(days)):
        first, last = bisect_left(days, day - (settings.mean_days - 1) * _DAY), bisect_left(days, day + _DAY)
        if day >= period.first and last - first >= LEAST:
            mean = balanced(counted[first:last], settings, is_sparse=False)
            stretch = sum(each.last < day for each in empty)
            stretches.setdefault(stretch, []).append(MeanPoint(counted[last - 1].taken_at, mean.pressure))
    return tuple(tuple(each) for each in stretches.values())


def figures(
    readings: Sequence[Reading], period: Period, *, target: Target | None = None, settings: Settings = DEFAULT
) -> Figures:
    """Of the seven days up to today. The mean is that of rule 7; counts are of every sound reading."""
    goal = target or Target()
    pressures = [each for each in readings if each.kind == "blood_pressure" and each.place == "home"]
    since = period.midnight(period.today - (settings.mean_days - 1) * _DAY)
    week = [each for each in pressures if each.taken_at >= since]
    sound = [each for each in week if is_sound(each, settings)]
    halves = [[each for each in sound if _is_morning(each, period) is wanted] for wanted in (True, False)]
    mean = _current_mean(pressures, period, settings)
    return Figures(
        mean=mean,
        change=_change(pressures, mean, period, settings),
        morning=_mean_of(halves[0], settings),
        evening=_mean_of(halves[1], settings),
        in_target=sum(
            each.pressure is not None and not each.pressure.reaches(goal.pressure) for each in sound
        ),
        readings=len(sound),
        done=len({(period.local(each.taken_at).date(), _is_morning(each, period)) for each in week}),
        wanted=WANTED,
        last_at=pressures[-1].taken_at if pressures else None,
        target=goal,
    )


def _is_morning(reading: Reading, period: Period) -> bool:
    """Noon divides the day, as in the mean."""
    return period.local(reading.taken_at).hour < 12


def _mean_of(readings: Sequence[Reading], settings: Settings) -> Pressure | None:
    return balanced(readings, settings, is_sparse=False).pressure if readings else None


def _current_mean(pressures: Sequence[Reading], period: Period, settings: Settings) -> HomeMean | None:
    """None where the newest reading is older than the week: a stale mean is not drawn as today's."""
    series = _series(pressures, settings)
    if series is None or period.now - series.newest.taken_at >= settings.gap:
        return None
    return week_mean(series)


def _change(
    pressures: Sequence[Reading], mean: HomeMean | None, period: Period, settings: Settings
) -> Pressure | None:
    """Against the two weeks before, where they hold enough."""
    until = period.midnight(period.today - (settings.mean_days - 1) * _DAY)
    before = _series([each for each in pressures if each.taken_at < until], settings)
    if mean is None or before is None:
        return None
    earlier = [
        each for each in countable(before, 2 * settings.mean_days) if each.taken_at >= until - 14 * _DAY
    ]
    if len(earlier) < settings.mean_least_readings:
        return None
    then = balanced(earlier, settings, is_sparse=False).pressure
    return Pressure(mean.pressure.systolic - then.systolic, mean.pressure.diastolic - then.diastolic)
