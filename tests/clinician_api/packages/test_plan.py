"""When each time of a service is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinician_api.packages.plan import MOST_OFTEN, Due, When, next_due
from clinician_api.packages.years import Span
from tests.clinician_api.packages.test_keeping import LINE


@pytest.mark.parametrize(
    ("used", "due"),
    [
        (0, Due(1, 4, date(2026, 1, 1), date(2026, 4, 1))),
        (1, Due(2, 4, date(2026, 4, 2), date(2026, 7, 1))),
        (3, Due(4, 4, date(2026, 10, 1), date(2026, 12, 31))),
        (4, None),
        (9, None),
    ],
)
def test_four_times_a_year_are_due_once_in_each_quarter_of_the_contracts_year(
    used: int, due: Due | None
) -> None:
    assert next_due(replace(LINE, used=used)) == due


@pytest.mark.parametrize(
    ("day", "when"),
    [
        (date(2026, 4, 1), "ahead"),
        (date(2026, 4, 2), "due"),
        (date(2026, 7, 1), "due"),
        (date(2026, 7, 2), "overdue"),
    ],
)
def test_a_time_is_due_on_its_days_and_overdue_after_them(day: date, when: When) -> None:
    due = next_due(replace(LINE, used=1))
    assert due is not None
    assert due.when(day) == when


def test_what_has_no_fixed_number_or_is_not_counted_has_no_days() -> None:
    weeks = replace(LINE, unit="weeks", promised=52, evidence=("monitoring_week",))
    checkup = replace(LINE, evidence=("checkup",))
    others = [replace(LINE, promised=0), checkup, replace(LINE, promised=MOST_OFTEN + 1), weeks]
    assert [next_due(each) for each in others] == [None] * len(others)


@given(st.integers(1, MOST_OFTEN), st.integers(MOST_OFTEN, 366))
def test_the_days_of_all_times_are_the_year_without_gap_or_overlap(promised: int, days: int) -> None:
    span = Span(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days - 1))
    line = replace(LINE, promised=promised, span=span)
    found = [due for used in range(promised) if (due := next_due(replace(line, used=used)))]
    assert (found[0].since, found[-1].until) == (span.first, span.last)
    assert all(one.until + timedelta(days=1) == other.since for one, other in pairwise(found))
