"""Locks, tokens, masks and ages by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from clinician_api.identity.rules import (
    Limits,
    Throttle,
    after_address_failure,
    after_name_failure,
    age,
    blocked_for,
    csrf_token,
    is_csrf_token,
    masked,
)

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
LIMITS = Limits(name_failures=5, address_failures=50, lock=timedelta(minutes=15))


@pytest.mark.parametrize(
    ("before", "pause"),
    [(0, 0), (1, 0), (2, 2), (3, 4), (4, 15 * 60), (5, 30 * 60), (6, 60 * 60), (7, 60 * 60), (400, 60 * 60)],
)
def test_each_failure_costs_more_than_the_one_before(before: int, pause: int) -> None:
    after = after_name_failure(Throttle(before, NOW, None), LIMITS, NOW)
    assert (blocked_for(after, NOW) or timedelta()) == timedelta(seconds=pause)


def test_yesterdays_failures_are_forgotten() -> None:
    old = Throttle(4, NOW - timedelta(hours=24, seconds=1), None)
    assert after_name_failure(old, LIMITS, NOW).failures == 1


def test_an_address_is_locked_at_its_fiftieth_failure_and_not_before() -> None:
    assert blocked_for(after_address_failure(Throttle(48, NOW, None), LIMITS, NOW), NOW) is None
    assert blocked_for(after_address_failure(Throttle(49, NOW, None), LIMITS, NOW), NOW) == LIMITS.lock


def test_an_address_that_many_share_drains_while_it_waits() -> None:
    busy = Throttle(49, NOW - timedelta(minutes=3), None)
    assert after_address_failure(busy, LIMITS, NOW).failures == 49 - 10 + 1


def test_a_clock_that_was_set_back_locks_no_address() -> None:
    ahead = Throttle(1, NOW + timedelta(hours=25), None)
    assert after_address_failure(ahead, LIMITS, NOW) == Throttle(2, NOW, None)


def test_a_lock_ends_on_the_second() -> None:
    locked = Throttle(5, NOW, NOW + timedelta(minutes=15))
    assert blocked_for(locked, NOW + timedelta(minutes=15)) is None


def test_a_clock_that_was_a_day_ahead_locks_nobody_for_a_day() -> None:
    ahead = Throttle(5, NOW, NOW + timedelta(minutes=15))
    assert blocked_for(ahead, NOW - timedelta(days=1)) is None
    assert blocked_for(ahead, NOW - timedelta(seconds=59)) is not None  # guesses in parallel bring their own


def test_a_forms_token_belongs_to_one_login() -> None:
    assert is_csrf_token(csrf_token("one"), "one")
    assert not is_csrf_token(csrf_token("one"), "another")
    assert not is_csrf_token(None, "one")
    assert not is_csrf_token("家", "one")


def test_a_phone_is_masked() -> None:
    assert [masked("13812345678"), masked("110"), masked(None)] == ["138****5678", "****", None]


@pytest.mark.parametrize(("today", "years"), [(date(2026, 5, 5), 71), (date(2026, 5, 6), 72)])
def test_a_year_of_age_begins_on_the_birthday(today: date, years: int) -> None:
    assert age(date(1954, 5, 6), today) == years
