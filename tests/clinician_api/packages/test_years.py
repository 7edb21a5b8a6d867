"""A contract's years, and shares of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinician_api.packages import years
from clinician_api.packages.keeping import is_behind
from clinician_api.packages.years import Span

DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("begins", "day", "first", "last"),
    [
        ("2026-03-01", "2026-03-01", "2026-03-01", "2027-02-28"),
        ("2026-03-01", "2027-03-01", "2027-03-01", "2028-02-29"),
        ("2026-03-01", "2028-02-29", "2027-03-01", "2028-02-29"),
        ("2024-02-29", "2025-02-28", "2024-02-29", "2025-02-28"),
        ("2024-02-29", "2025-03-01", "2025-03-01", "2026-02-28"),
        ("2024-02-29", "2028-02-29", "2028-02-29", "2029-02-28"),
        ("2025-09-01", "2025-08-31", "2024-09-01", "2025-08-31"),
    ],
)
def test_a_year_ends_the_day_before_its_anniversary(begins: str, day: str, first: str, last: str) -> None:
    found = years.year_of(date.fromisoformat(begins), date.fromisoformat(day))
    assert found == Span(date.fromisoformat(first), date.fromisoformat(last))


@given(begins=DAYS, after=st.integers(0, 400), length=st.integers(1, 2000))
def test_parts_follow_each_other_without_a_gap_and_none_crosses_a_year(
    begins: date, after: int, length: int
) -> None:
    first = begins + timedelta(days=after)
    span = Span(first, first + timedelta(days=length - 1))
    found = list(years.parts(begins, span))
    days = [part.first + timedelta(days=n) for part, _ in found for n in range(part.days)]
    assert days == [first + timedelta(days=n) for n in range(length)]
    assert all(year.first <= part.first <= part.last <= year.last for part, year in found)
    assert all(year == years.year_of(begins, part.first) for part, year in found)


@given(begins=DAYS, after=st.integers(0, 364), times=st.integers(0, 366))
def test_a_part_promises_no_more_than_its_year_and_a_whole_year_all_of_it(
    begins: date, after: int, times: int
) -> None:
    year = years.year_of(begins, begins)
    part = Span(begins + timedelta(days=after), year.last)
    share = years.share(times, part, year)
    assert times * part.days <= share * year.days < times * part.days + year.days
    assert years.share(times, year, year) == times
    assert years.price_of(Decimal("240.00"), year, year) == Decimal("240.00")


def test_a_half_year_costs_half_to_the_cent_half_up() -> None:
    year = Span(date(2026, 1, 1), date(2026, 12, 31))
    assert years.price_of(Decimal("240.00"), Span(date(2026, 7, 1), year.last), year) == Decimal("120.99")
    assert years.price_of(Decimal("3.65"), Span(date(2026, 12, 31), year.last), year) == Decimal("0.01")


def test_a_day_is_shanghais() -> None:
    assert years.day_of(datetime.fromisoformat("2026-08-31T15:59:59+00:00")) == date(2026, 8, 31)
    assert years.day_of(datetime.fromisoformat("2026-08-31T16:00:00+00:00")) == date(2026, 9, 1)


def test_weeks_are_counted_from_the_contracts_first_day() -> None:
    begins = date(2026, 3, 4)
    assert [years.week_of(begins, begins + timedelta(days=n)) for n in (0, 6, 7, 13)] == [
        begins,
        begins,
        date(2026, 3, 11),
        date(2026, 3, 11),
    ]
    first_days = {years.week_of(begins, begins + timedelta(days=n)) for n in range(365)}
    assert len(first_days) == 53


@pytest.mark.parametrize(
    ("promised", "used", "day", "is_late"),
    [
        (4, 1, "2026-10-02", True),
        (4, 1, "2026-10-01", False),
        (4, 2, "2026-12-31", False),
        (5, 2, "2026-12-31", True),
        (1, 0, "2026-12-31", True),
        (1, 0, "2027-01-01", False),
        (0, 0, "2026-12-31", False),
    ],
)
def test_less_than_half_with_ninety_days_left_is_behind(
    promised: int, used: int, day: str, *, is_late: bool
) -> None:
    span = Span(date(2026, 1, 1), date(2026, 12, 31))
    assert is_behind(promised, used, span, date.fromisoformat(day)) is is_late
