"""Rule 7 beyond what an episode shows: the label, the inputs, and a resident's own limit."""

from __future__ import annotations

from alerts.means import week_mean
from alerts.reading import Pressure, Reading
from alerts.rules import DEFAULT, judge, with_target
from alerts.rules.pressure import home_target
from alerts.series import Series
from tests.alerts.making import at, pressure

DAY = 24 * 60


def series(*readings: Reading) -> Series:
    ordered = tuple(sorted(readings, key=lambda each: each.order))
    return Series(ordered, ordered[-1])


def days(first: int, last: int, systolic: int, **more: object) -> list[Reading]:
    """Two readings each morning and evening."""
    minutes = (0, 1, 660, 661)
    return [
        pressure(day * DAY + each, systolic, 80, **more) for day in range(first, last + 1) for each in minutes
    ]


def test_a_full_week_is_not_sparse() -> None:
    found = week_mean(series(*days(0, 6, 140)))
    assert found is not None
    assert (found.pressure, found.is_sparse, len(found.inputs)) == (Pressure(140, 80), False, 24)


def test_older_readings_taken_in_are_labelled() -> None:
    found = week_mean(series(*days(0, 4, 140), *days(10, 10, 140)))
    assert found is not None
    assert (found.is_sparse, len(found.inputs)) == (True, 12)


def test_readings_older_than_28_days_are_not_taken_in() -> None:
    bridge = [pressure(day * DAY, 140, 80) for day in range(9, 34, 6)]
    assert week_mean(series(*days(0, 4, 140), *bridge)) is None


def test_readings_with_an_error_flag_leave_the_mean() -> None:
    flagged = days(1, 6, 190, flags=frozenset({"body_movement"}), id="flagged")
    moved = [
        pressure((each.taken_at - at(0)).total_seconds() / 60 + 30, 190, 80, flags=each.flags)
        for each in flagged
    ]
    found = week_mean(series(*days(0, 6, 130), *moved))
    assert found is not None
    assert found.pressure == Pressure(130, 80)


def test_home_and_office_never_mix() -> None:
    office = [pressure(day * DAY + 120, 190, 80, place="office") for day in range(7)]
    found = week_mean(series(*days(0, 6, 130), *office))
    assert found is not None
    assert found.pressure == Pressure(130, 80)


def test_from_80_years_the_limit_is_145_until_the_doctor_sets_one() -> None:
    assert home_target(79) == Pressure(135, 85)
    assert home_target(80) == Pressure(145, 85)
    assert home_target(None) == Pressure(135, 85)
    assert home_target(84, set_by_doctor=Pressure(140, 85)) == Pressure(140, 85)


def test_a_residents_own_limit_decides() -> None:
    week = series(*days(0, 6, 144))
    rules = with_target(DEFAULT, home_target(82))
    assert [each.code for each in judge(DEFAULT, week, at(0), asked="after_sitting")] == ["bp_mean_7_days"]
    assert judge(rules, week, at(0), asked="after_sitting") == ()
    high = series(*days(0, 6, 145))
    assert len(judge(rules, high, at(0), asked="after_sitting")) == 1
