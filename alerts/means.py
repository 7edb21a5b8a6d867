"""Means of blood pressure at home (rule 7): which readings count, and what they come to. Sets no limit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from math import prod

from alerts.plausibility import is_sound
from alerts.reading import Pressure, Reading
from alerts.series import Series
from alerts.settings import Settings
from alerts.sittings import sittings
from alerts.units import whole

_NOON = 12
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HomeMean:
    """`is_sparse` is labelled 数据较少: too few readings in the week, so older ones were taken in."""

    pressure: Pressure
    is_sparse: bool
    inputs: tuple[str, ...]


def week_mean(series: Series) -> HomeMean | None:
    """The 7-day mean, or what stands for it; None where there is no judgement."""
    settings = series.settings
    week = countable(series, settings.mean_days)
    days = {_day(each, settings) for each in week}
    if len(week) >= settings.mean_least_readings and len(days) >= settings.mean_least_days:
        return balanced(week, settings, is_sparse=False)
    last = countable(series, settings.sparse_days)[-settings.mean_least_readings :]
    return balanced(last, settings, is_sparse=True) if len(last) >= settings.mean_least_readings else None


def days_mean(series: Series, days: int) -> HomeMean | None:
    """The mean of the last `days` days, each of which must have a reading that counts."""
    found = countable(series, days)
    if len({_day(each, series.settings) for each in found}) < days:
        return None
    return balanced(found, series.settings, is_sparse=False)


def countable(series: Series, days: int) -> tuple[Reading, ...]:
    """The readings of the last `days` calendar days, to the newest, that may enter a mean."""
    settings = series.settings
    home, first = _home(series, days)
    if first is None:
        return ()
    dropped = {day for day in _first_days(home, settings) if day >= first}
    sound = [each for each in home if is_sound(each, settings)]
    kept = _without_first_of_many(sound, settings)
    begin = datetime.combine(first, time.min, settings.region).astimezone(UTC)
    wanted = kept[bisect_left(kept, begin, key=_taken) :]
    return tuple(each for each in wanted if _day(each, settings) not in dropped) if dropped else tuple(wanted)


def _home(series: Series, days: int) -> tuple[list[Reading], date | None]:
    """The readings at home from the first of the wanted days on, which is named, and so many before that the
    gap to them is seen and no sitting is cut."""
    settings = series.settings
    since = series.newest.taken_at - days * _DAY - settings.gap - _DAY
    found: list[Reading] = []
    first = None
    for each in reversed(series.readings):
        if each.taken_at < since:
            break
        if each.kind != "blood_pressure" or each.place != "home" or not each.is_value:
            continue
        first = first or _day(each, settings) - (days - 1) * _DAY
        is_apart = found and found[-1].taken_at - each.taken_at > settings.sitting
        found.append(each)
        if is_apart and _day(each, settings) < first:
            break
    found.reverse()
    return found, first


def _first_days(home: Sequence[Reading], settings: Settings) -> set[date]:
    """Days that begin a run of measuring: of what is known, or after a gap."""
    begins = [home[0]]
    begins += [
        later for earlier, later in pairwise(home) if later.taken_at - earlier.taken_at >= settings.gap
    ]
    return {_day(each, settings) for each in begins}


def _without_first_of_many(readings: Iterable[Reading], settings: Settings) -> list[Reading]:
    kept: list[Reading] = []
    for sitting in sittings(readings, settings.sitting):
        is_many = len(sitting.readings) >= settings.drop_first_from
        kept += sitting.readings[1:] if is_many else sitting.readings
    return kept


def balanced(readings: Sequence[Reading], settings: Settings, *, is_sparse: bool) -> HomeMean:
    """Morning and evening weigh equally; noon divides them, so that no reading falls between."""
    halves: tuple[list[Pressure], list[Pressure]] = ([], [])
    for each in readings:
        if each.pressure is not None:
            halves[each.local(settings.region).hour >= _NOON].append(each.pressure)
    known = [half for half in halves if half]
    systolic = _of_halves([[each.systolic for each in half] for half in known])
    diastolic = _of_halves([[each.diastolic for each in half] for half in known])
    return HomeMean(Pressure(systolic, diastolic), is_sparse, tuple(each.id for each in readings))


def _of_halves(halves: Sequence[Sequence[int]]) -> int:
    """The mean of the halves' means, on one denominator: fractions cost most of a mean otherwise."""
    whole_length = prod(len(half) for half in halves)
    total = sum(sum(half) * (whole_length // len(half)) for half in halves)
    return whole(Fraction(total, whole_length * len(halves)))


def _taken(reading: Reading) -> datetime:
    return reading.taken_at


def _day(reading: Reading, settings: Settings) -> date:
    return reading.local(settings.region).day
