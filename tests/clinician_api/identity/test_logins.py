"""Guessing in parallel is counted like guessing in turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from clinician_api.db import Sessions
from clinician_api.errors import TooManyError
from clinician_api.identity import logins
from clinician_api.identity.models import LoginThrottle
from clinician_api.identity.rules import Limits
from tests.clinician_api.making import NOW

LIMITS = Limits(name_failures=5, address_failures=50, lock=timedelta(minutes=15))


def guess(care: Sessions, name: str, address: str = "192.0.2.1") -> bool:
    """Whether a password would have been looked at."""
    try:
        logins.count_attempt(care, name, address, limits=LIMITS, now=NOW)
    except TooManyError:
        return False
    return True


def test_of_many_guesses_at_once_no_more_are_looked_at_than_in_turn(care: Sessions) -> None:
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(guess, care, "name", f"192.0.2.{n}") for n in range(16)]
    # The third failure already costs seconds, and here no time passes.
    assert sum(each.result() for each in tries) == 3


def test_attempts_on_different_names_from_one_address_do_not_wait_for_ever(care: Sessions) -> None:
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(guess, care, f"name-{n % 8}") for n in range(16)]
    assert all(each.result() for each in tries)


def test_old_failures_are_cleared_away(care: Sessions) -> None:
    guess(care, "long ago", "192.0.2.1")
    logins.count_attempt(care, "today", "192.0.2.2", limits=LIMITS, now=NOW + timedelta(hours=25))
    with care() as db:
        assert db.scalar(select(func.count()).select_from(LoginThrottle)) == 2


def test_an_address_pays_for_knocking_at_a_locked_name(care: Sessions) -> None:
    for _ in range(50):
        guess(care, "name")
    assert not guess(care, "another")


def test_a_locked_name_says_when_it_may_be_tried_again(care: Sessions) -> None:
    for _ in range(3):
        guess(care, "name")
    with pytest.raises(TooManyError) as refused:
        logins.count_attempt(care, "name", "192.0.2.1", limits=LIMITS, now=NOW)
    assert refused.value.retry_after == 3
