"""When an episode's reason is gone (rule 11). Each rule names its own; an episode closes when all are met."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from alerts.means import days_mean, week_mean
from alerts.plausibility import is_sound
from alerts.reading import IRREGULAR_PULSE, Kind, Pressure
from alerts.series import Series
from alerts.sittings import Sitting, latest_sittings


class PressureAtMost(Struct, frozen=True, tag=True):
    """So many consecutive sittings at or below both numbers, none of them in doubt."""

    limit: Pressure
    sittings: int = 2


class SystolicAtLeast(Struct, frozen=True, tag=True):
    limit: int
    sittings: int = 2


class PulseWithin(Struct, frozen=True, tag=True):
    low: int
    high: int
    sittings: int = 2


class MeanBelow(Struct, frozen=True, tag=True):
    """`days` None asks for the 7-day mean. Where the mean cannot be judged nothing is cleared."""

    limit: Pressure
    days: int | None = None


class ConcentrationWithin(Struct, frozen=True, tag=True):
    """So many consecutive readings of a kind from `low` to `high` mmol/L."""

    kind: Kind
    low: Decimal
    high: Decimal
    readings: int = 2


class ByAPerson(Struct, frozen=True, tag=True):
    """No number clears it."""


Clearing = PressureAtMost | SystolicAtLeast | PulseWithin | MeanBelow | ConcentrationWithin | ByAPerson


def is_clear(clearing: Clearing, series: Series, since: datetime) -> bool:
    """Whether what was measured after `since`, when the limit was last crossed, clears it."""
    match clearing:
        case ByAPerson():
            return False
        case MeanBelow():
            return _mean_is_below(clearing, series)
        case ConcentrationWithin():
            return _readings_are_within(clearing, series, since)
        case _:
            return _sittings_are_clear(clearing, series, since)


def _mean_is_below(clearing: MeanBelow, series: Series) -> bool:
    found = week_mean(series) if clearing.days is None else days_mean(series, clearing.days)
    if found is None:
        return False
    pressure, limit = found.pressure, clearing.limit
    return pressure.systolic < limit.systolic and pressure.diastolic < limit.diastolic


def _readings_are_within(clearing: ConcentrationWithin, series: Series, since: datetime) -> bool:
    last = [each for each in series.last(clearing.readings, clearing.kind) if each.taken_at > since]
    values = [each.glucose if clearing.kind == "glucose" else each.ketone for each in last]
    within = [value is not None and clearing.low <= value <= clearing.high for value in values]
    return len(within) == clearing.readings and all(within)


def _sittings_are_clear(
    clearing: PressureAtMost | SystolicAtLeast | PulseWithin, series: Series, since: datetime
) -> bool:
    last = latest_sittings(series, clearing.sittings, since)
    test = _test(clearing, series)
    return len(last) == clearing.sittings and all(test(each) for each in last)


def _test(
    clearing: PressureAtMost | SystolicAtLeast | PulseWithin, series: Series
) -> Callable[[Sitting], bool]:
    def pressure(sitting: Sitting) -> Pressure | None:
        sound = all(is_sound(each, series.settings) for each in sitting.readings)
        return sitting.pressure if sound else None

    match clearing:
        case PressureAtMost(limit=limit):
            above = Pressure(limit.systolic + 1, limit.diastolic + 1)
            return lambda sitting: (mean := pressure(sitting)) is not None and not mean.reaches(above)
        case SystolicAtLeast(limit=least):
            return lambda sitting: (mean := pressure(sitting)) is not None and mean.systolic >= least
        case PulseWithin():
            return lambda sitting: _is_steady(sitting, clearing)


def _is_steady(sitting: Sitting, clearing: PulseWithin) -> bool:
    is_irregular = any(IRREGULAR_PULSE in each.flags for each in sitting.readings)
    return not is_irregular and sitting.bpm is not None and clearing.low <= sitting.bpm <= clearing.high
