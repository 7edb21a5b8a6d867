"""Status flags of a meter, which the replay's CSV cannot carry: rules 6, 7 and 13."""

from __future__ import annotations

from typing import Any

import pytest

from alerts.rules.rule import Level
from tests.alerts.making import at, course_of, only, pressure

IRREGULAR: dict[str, Any] = {"flags": frozenset({"irregular_pulse"})}
MOVED: dict[str, Any] = {"flags": frozenset({"body_movement"})}


@pytest.mark.parametrize("flag", ["body_movement", "cuff_loose", "improper_position"])
def test_an_extreme_in_doubt_is_provisional_and_never_only_data(flag: str) -> None:
    episode = only(pressure(0, 210, 125, flags=frozenset({flag})))
    assert (episode.level, episode.provisional, episode.confirmed_at) == (Level.CRITICAL, True, None)


def test_an_artefact_at_a_normal_value_is_data() -> None:
    assert only(pressure(0, 120, 80, **MOVED)).cause == "data"


def test_a_repeat_in_doubt_does_not_end_a_provisional() -> None:
    found = course_of(pressure(0, 186, 112), pressure(5, 120, 80, **MOVED), until=20)
    critical = next(each for each in found if each.cause == "bp_high")
    assert (critical.confirmed_by, critical.confirmed_at) == ("silence", at(15))


def test_a_critical_repeat_in_doubt_still_confirms() -> None:
    assert only(pressure(0, 186, 112), pressure(5, 190, 112, **MOVED)).confirmed_by == "repeat"


def test_irregular_in_two_of_three_readings_is_a_watch() -> None:
    episode = only(
        pressure(0, 120, 80, **IRREGULAR), pressure(600, 120, 80), pressure(1200, 120, 80, **IRREGULAR)
    )
    assert (episode.cause, episode.level) == ("rhythm", Level.WATCH)


def test_irregular_in_two_of_four_readings_is_nothing() -> None:
    between = (pressure(600, 120, 80), pressure(900, 120, 80))
    assert course_of(pressure(0, 120, 80, **IRREGULAR), *between, pressure(1200, 120, 80, **IRREGULAR)) == ()


def test_readings_at_the_office_leave_the_counted_sittings() -> None:
    office = [pressure(hours * 60, 165, 95, place="office") for hours in (0, 6, 12)]
    assert course_of(*office) == ()


def test_a_critical_at_the_office_is_critical() -> None:
    assert only(pressure(0, 186, 112, place="office")).level is Level.CRITICAL
