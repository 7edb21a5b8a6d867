"""First days, last days and due times, by the calendar alone."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinician_api.contracts import dates
from clinician_api.errors import InvalidError


@pytest.mark.parametrize(
    ("begins", "years", "ends"),
    [
        ("2026-03-01", 1, "2027-02-28"),
        ("2026-03-01", 3, "2029-02-28"),
        ("2027-03-01", 1, "2028-02-29"),
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", 3, "2027-02-28"),
        ("2025-01-01", 1, "2025-12-31"),
        ("2023-03-01", 1, "2024-02-29"),
    ],
)
def test_the_last_day_is_the_day_before_the_anniversary(begins: str, years: int, ends: str) -> None:
    assert dates.last_day(date.fromisoformat(begins), years) == date.fromisoformat(ends)


def test_four_years_from_a_leap_day_end_before_the_next_one() -> None:
    assert dates.last_day(date(2024, 2, 29), 4, most=5) == date(2028, 2, 28)


def test_a_region_may_want_longer_terms_than_a_year() -> None:
    assert dates.last_day(date(2026, 3, 1), 2, least=2) == date(2028, 2, 29)
    with pytest.raises(InvalidError, match=r"contract\.years"):
        dates.last_day(date(2026, 3, 1), 1, least=2)


@pytest.mark.parametrize("years", [-1, 0, 4, 10**9])
def test_a_term_that_the_region_does_not_allow_is_refused(years: int) -> None:
    with pytest.raises(InvalidError, match=r"contract\.years"):
        dates.last_day(date(2026, 3, 1), years)


def test_the_calendars_own_end_is_refused_and_does_not_crash() -> None:
    with pytest.raises(InvalidError, match=r"contract\.date"):
        dates.last_day(date(9999, 3, 1), 1)


def test_a_renewal_in_time_follows_the_day_after_and_a_late_one_begins_today() -> None:
    ends = date(2027, 2, 28)
    assert dates.follows(ends, date(2027, 2, 10)) == date(2027, 3, 1)
    assert dates.follows(ends, date(2027, 2, 28)) == date(2027, 3, 1)
    assert dates.follows(ends, date(2027, 5, 4)) == date(2027, 5, 4)


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(1, 3), st.integers(1, 3))
def test_a_renewal_leaves_neither_a_gap_nor_an_overlap(begins: date, first: int, second: int) -> None:
    ends = dates.last_day(begins, first)
    following = dates.follows(ends, begins)
    assert (following - ends).days == 1
    assert 365 * second <= (dates.last_day(following, second) - following).days + 1 <= 365 * second + 1


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [
        ("2026-02-13T10:00", 2, "2026-02-24T10:00"),  # 14 is worked, 15 to 23 is the Spring Festival
        ("2026-04-30T16:00", 1, "2026-05-06T16:00"),  # Labour Day
        ("2026-05-08T16:00", 1, "2026-05-09T16:00"),  # a Saturday that is worked in its stead
        ("2026-09-30T09:00", 3, "2026-10-10T09:00"),  # National Day, and a Saturday that is worked
        ("2033-10-03T09:00", 1, "2033-10-04T09:00"),  # not known yet: a weekday
    ],
)
def test_working_days_know_the_public_holidays_and_the_days_worked_for_them(
    since: str, days: int, due: str
) -> None:
    found = dates.after_working_days(datetime.fromisoformat(f"{since}+08:00"), days)
    assert found == datetime.fromisoformat(f"{due}+08:00")


def test_working_days_leave_out_the_weekend() -> None:
    friday = datetime.fromisoformat("2026-03-06T16:00:00+08:00")
    assert dates.after_working_days(friday, 3) == datetime.fromisoformat("2026-03-11T16:00:00+08:00")
