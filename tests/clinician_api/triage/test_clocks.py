"""When things are due and who is told: working hours, and the timers of rule 12."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules.rule import Level
from clinician_api.triage import clocks
from clinician_api.triage.clocks import DEFAULT, WorkingHours
from clinician_api.triage.rules import Handling, Standing

MONDAY = "2026-03-02T"
ALL_TIMES = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC)
)


def at(words: str) -> datetime:
    return datetime.fromisoformat(words + ":00+08:00")


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-03-02T08:00", "2026-03-02T12:00"),
        ("2026-03-02T07:00", "2026-03-02T12:00"),
        ("2026-03-02T09:00", "2026-03-02T14:00"),  # over lunch
        ("2026-03-02T12:30", "2026-03-02T17:00"),
        ("2026-03-02T15:00", "2026-03-03T10:00"),  # over night
        ("2026-03-02T17:00", "2026-03-03T12:00"),
        ("2026-03-06T16:00", "2026-03-09T11:00"),  # over the weekend
        ("2026-03-07T03:00", "2026-03-09T12:00"),
    ],
)
def test_four_working_hours(since: str, due: str) -> None:
    assert WorkingHours().after(at(since), timedelta(hours=4)) == at(due)


@given(since=ALL_TIMES, minutes=st.integers(1, 3000))
def test_working_time_passes_no_faster_than_time_and_in_order(since: datetime, minutes: int) -> None:
    amount = timedelta(minutes=minutes)
    due = WorkingHours().after(since, amount)
    assert due >= since + amount
    assert WorkingHours().after(since, amount + timedelta(minutes=1)) > due
    assert WorkingHours().after(since + timedelta(minutes=1), amount) >= due


def test_hours_in_which_nobody_works_are_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        WorkingHours(days=frozenset())


NOW = at(MONDAY + "09:00")


def critical(**handling: Any) -> Standing:  # noqa: ANN401 - each as its field
    return Standing(Level.CRITICAL, NOW, handling=Handling(**handling))


def fired(case: Standing, minutes: float, *before: str) -> list[str]:
    due = clocks.due_timers(case, DEFAULT, frozenset(before), NOW + timedelta(minutes=minutes))
    return [timer.name for timer in due]


def test_an_unclaimed_critical_goes_up_at_15_and_30_minutes() -> None:
    assert fired(critical(), 14.9) == []
    assert fired(critical(), 15) == ["leader"]
    assert fired(critical(), 29.9, "leader") == []
    assert fired(critical(), 30, "leader") == ["supervisor_and_duty", "contact_overdue"]


def test_it_is_said_anew_each_half_hour_for_as_long_as_nobody_claims() -> None:
    told = ("leader", "supervisor_and_duty", "contact_overdue")
    assert fired(critical(), 60, *told) == ["again_1"]
    assert fired(critical(), 90, *told, "again_1") == ["again_2"]
    assert fired(critical(), 30 + 10 * 30, *told, "again_1") == ["again_10"]  # no worker ran for hours


def test_a_claim_stops_the_way_up_and_not_the_call_that_is_owed() -> None:
    claimed = critical(state="claimed", owner=UUID(int=1), claimed_at=NOW)
    assert fired(claimed, 600) == ["contact_overdue"]
    assert fired(replace(claimed, handling=replace(claimed.handling, contacted_at=NOW)), 600) == []


def test_a_high_is_overdue_after_four_working_hours() -> None:
    high = Standing(Level.HIGH, NOW)
    assert fired(high, 299) == []
    assert fired(high, 300) == ["contact_overdue"]


def test_a_snoozed_high_is_overdue_when_its_snooze_ends() -> None:
    held = Handling(state="claimed", owner=UUID(int=1), snoozed_until=NOW + timedelta(hours=24))
    high = Standing(Level.HIGH, NOW, handling=held)
    assert fired(high, 24 * 60 - 1) == []
    assert fired(high, 24 * 60) == ["contact_overdue"]


@pytest.mark.parametrize("level", [Level.WATCH, Level.DATA])
def test_a_watch_and_data_wake_nobody(level: Level) -> None:
    assert clocks.timers(Standing(level, NOW), DEFAULT, frozenset(), NOW) == []


def test_a_late_extreme_runs_by_the_clocks_of_a_critical() -> None:
    assert fired(Standing(Level.HIGH, NOW, is_paged=True), 15) == ["leader"]


def test_what_its_repeat_disproved_wakes_nobody() -> None:
    assert fired(Standing(Level.CRITICAL, NOW, is_over=True, is_confirmed=False), 600) == []


def test_what_was_confirmed_and_is_over_still_wants_an_answer() -> None:
    assert fired(Standing(Level.CRITICAL, NOW, is_over=True), 15) == ["leader"]


@pytest.mark.parametrize(
    ("level", "within"), [(Level.CRITICAL, 15), (Level.WATCH, 14 * 24 * 60), (Level.DATA, 3 * 24 * 60)]
)
def test_each_level_has_its_time(level: Level, within: float) -> None:
    assert clocks.due_at(Standing(level, NOW), DEFAULT) == NOW + timedelta(minutes=within)


def test_a_shift_that_nobody_took_is_a_gap() -> None:
    early, late = (NOW, NOW + timedelta(hours=4)), (NOW + timedelta(hours=6), NOW + timedelta(hours=20))
    until = NOW + timedelta(hours=12)
    assert clocks.first_gap([late, early], NOW, until) == (early[1], late[0])
    assert clocks.first_gap([early], NOW, until) == (early[1], until)
    assert clocks.first_gap([], NOW, until) == (NOW, until)
    assert clocks.first_gap([(early[0], late[0]), late], NOW, until) is None
