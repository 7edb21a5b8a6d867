"""When the duty is called, which the episode says and nobody does yet: rules 4, 8, 9 and 10."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.rules.rule import Level
from tests.alerts.making import at, glucose, ketone, only, pressure


def test_a_low_glucose_is_paged_when_no_recheck_comes_in_20_minutes() -> None:
    assert only(glucose(0, "3.5"), until=20).paged_at is None
    assert only(glucose(0, "3.5"), until=22).paged_at == at(20)


def test_a_safe_recheck_in_time_pages_nobody() -> None:
    assert only(glucose(0, "3.5"), glucose(20, "4.6"), until=60).paged_at is None


def test_a_repeat_at_or_below_3_9_is_paged() -> None:
    assert only(glucose(0, "3.5"), glucose(15, "3.9")).paged_at == at(15)


def test_below_3_0_is_paged_at_once() -> None:
    assert only(glucose(0, "2.9")).paged_at == at(0)


def test_a_provisional_pressure_is_paged_when_it_is_confirmed() -> None:
    assert only(pressure(0, 186, 112)).paged_at is None
    assert only(pressure(0, 186, 112), pressure(4, 186, 112)).paged_at == at(4)


@pytest.mark.parametrize(("value", "paged"), [("2.9", False), ("3.0", True)])
def test_a_critical_ketone_is_paged(value: str, paged: bool) -> None:  # noqa: FBT001  a column of the table
    assert (only(ketone(0, value)).paged_at is not None) is paged


def test_a_ketone_closes_after_two_readings_below_1_5() -> None:
    closing = (ketone(60, "1.4"), ketone(120, "1.4"))
    assert only(ketone(0, "1.5"), *closing).closed_at == at(120)
    assert only(ketone(0, "1.5"), ketone(60, "1.5"), ketone(120, "1.4")).is_open


@pytest.mark.parametrize(("hours", "phoned"), [(12, True), (12.01, False)])
def test_a_late_extreme_is_phoned_up_to_twelve_hours(hours: float, phoned: bool) -> None:  # noqa: FBT001
    stored = at(0) + timedelta(hours=hours)
    episode = only(pressure(0, 210, 125, stored_at=stored))
    assert (episode.late, episode.level, episode.paged_at) == (True, Level.HIGH, stored if phoned else None)


def test_a_late_extreme_with_a_newer_safe_reading_is_not_phoned() -> None:
    assert only(pressure(100, 124, 80), pressure(0, 210, 125, stored_at=at(300))).paged_at is None


def test_a_late_critical_that_is_not_extreme_is_not_phoned() -> None:
    assert only(pressure(0, 186, 112, stored_at=at(300)), until=2000).paged_at is None
