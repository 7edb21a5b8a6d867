"""Means of blood pressure at home (rule 7): which readings count, and what they come to. Sets no limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from alerts.plausibility import is_sound
from alerts.reading import Pressure, Reading
from alerts.series import Series
from alerts.settings import Settings
from alerts.sittings import sittings
from alerts.units import mean, whole

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
    newest = series.newest.taken_at
    # The gap before the first of the wanted days must be seen too.
    home = _home(series, newest - days * _DAY - settings.gap - _DAY, newest)
    if not home:
        return ()
    first = _day(home[-1], settings) - (days - 1) * _DAY
    dropped = _first_days(home, settings)
    sound = [each for each in home if is_sound(each, settings)]
    kept = _without_first_of_many(sound, settings)
    days_of = [(each, _day(each, settings)) for each in kept]
    return tuple(each for each, day in days_of if day >= first and day not in dropped)


def _home(series: Series, since: datetime, until: datetime) -> list[Reading]:
    near = series.between(since, until, "blood_pressure")
    return [each for each in near if each.place == "home"]


def _first_days(home: Sequence[Reading], settings: Settings) -> set[date]:
    """Days that begin a run of measuring: of the history, or after a gap."""
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
            halves[_local(each.taken_at, settings.region).hour >= _NOON].append(each.pressure)
    known = [half for half in halves if half]
    systolic = mean([mean([each.systolic for each in half]) for half in known])
    diastolic = mean([mean([each.diastolic for each in half]) for half in known])
    return HomeMean(
        Pressure(whole(systolic), whole(diastolic)), is_sparse, tuple(each.id for each in readings)
    )


def _day(reading: Reading, settings: Settings) -> date:
    return _local(reading.taken_at, settings.region).date()


@lru_cache(maxsize=4096)
def _local(moment: datetime, region: ZoneInfo) -> datetime:
    """Kept, since each reading is asked for its day with every later one."""
    return moment.astimezone(region)
