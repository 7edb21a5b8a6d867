"""Which months may go, and how many stand ready."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.months import Month
from ingest.retention import MonthState, ahead, hindrance, is_settled

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
OLD = MonthState(Month(2024, 1), 10, NOW - timedelta(days=31), is_followed=False)


def test_an_old_month_at_rest_may_go() -> None:
    assert hindrance(OLD, NOW) is None


def test_two_whole_years_and_the_month_that_runs_stay() -> None:
    state = MonthState(Month(2024, 3), 10, None, is_followed=False)
    assert (hindrance(OLD, NOW), hindrance(state, NOW)) == (None, "young")


def test_a_month_of_which_something_came_lately_stays() -> None:
    state = MonthState(OLD.month, 10, NOW - timedelta(days=29), is_followed=False)
    assert hindrance(state, NOW) == "stirring"


def test_a_month_that_a_cursor_has_not_passed_stays() -> None:
    state = MonthState(OLD.month, 10, OLD.last_at, is_followed=True)
    assert hindrance(state, NOW) == "followed"


@pytest.mark.parametrize(
    ("standing", "count"),
    [
        ([], -1),
        ([Month(2026, 3)], 0),
        ([Month(2026, 3), Month(2026, 4), Month(2026, 6)], 1),
        ([Month(2025, 12), Month(2026, 4)], -1),
    ],
)
def test_months_stand_ready_as_far_as_none_is_missing(standing: list[Month], count: int) -> None:
    assert ahead(standing, NOW) == count


def test_a_month_is_read_as_it_is_written() -> None:
    assert Month.parse("2024-02") == Month(2024, 2)
    assert str(Month(2024, 12).after(1)) == "2025-01"


@pytest.mark.parametrize("text", ["2024", "2024-13", "2024-1", "last", "2024-02-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Month.parse(text)


def test_a_month_has_settled_a_week_after_its_end() -> None:
    assert is_settled(Month(2026, 1), NOW)
    assert not is_settled(Month(2026, 2), NOW)
