"""Which backups stay, what gateways may forget, and from which one a moment is recovered."""

from __future__ import annotations

from datetime import timedelta

from ingest.backups.backup import SKEW, latest, outlived, safe_before
from tests.ingest.backups.making import MIDNIGHT, backup

HOUR = timedelta(hours=1)


def test_the_newest_stay_in_whatever_order_they_are_found() -> None:
    first, second, third = backup(1), backup(2), backup(3)
    assert outlived([third, first, second], 2) == (first,)


def test_nothing_goes_before_there_are_more_than_stay() -> None:
    assert outlived([backup(1), backup(2)], 2) == ()


def test_gateways_may_forget_what_the_oldest_backup_holds_by_any_workers_clock() -> None:
    assert safe_before([backup(2), backup(1)]) == MIDNIGHT + timedelta(days=1) - SKEW


def test_without_a_backup_gateways_may_forget_nothing() -> None:
    assert safe_before([]) is None


def test_a_moment_is_recovered_from_the_newest_backup_that_was_complete_by_then() -> None:
    first, second = backup(1), backup(2)
    assert latest([second, first], second.ended_at) == second
    assert latest([second, first], second.started_at + HOUR / 2) == first
    assert latest([second, first], None) == second


def test_a_moment_before_the_first_backup_cannot_be_recovered() -> None:
    assert latest([backup(1)], MIDNIGHT) is None
