"""One gateway's day: what was sealed on it arrived, is missing, or is unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ingest.loss.day import DayStatement, state_of_day
from ingest.loss.history import Claim, History, Restore, SignedHead
from ingest.loss.statement import Unknown
from tests.ingest.loss.test_statement import at, head, of, place
from tests.ingest.making import NOON

BEGIN, END = NOON - timedelta(hours=12), NOON + timedelta(hours=12)
A_DAY = 24 * 60


def day(history: History) -> DayStatement:
    return state_of_day(history, BEGIN, END, now=END + timedelta(days=30))


def outlived(stream: str, seq: int) -> SignedHead:
    """The gateway said later, by a true clock, that this is all it had sealed."""
    return replace(head(stream, seq), said_at=END)


def test_a_day_counts_what_was_sealed_on_it_and_its_readings() -> None:
    yesterday, today = place("a", 1, minute=-A_DAY), replace(place("a", 2), readings=7)
    statement = day(of(yesterday, today, outlived("a", 2)))
    assert (statement.arrived, statement.readings, statement.complete) == (1, 7, True)


def test_what_was_sealed_today_and_arrived_tomorrow_is_todays() -> None:
    late = replace(place("a", 1, minute=A_DAY), sealed_at=NOON, readings=3)
    assert (day(of(late)).arrived, day(of(late)).readings) == (1, 3)


@pytest.mark.parametrize(("below", "above"), [(-A_DAY, 0), (0, A_DAY), (-A_DAY, A_DAY)])
def test_a_hole_is_of_every_day_on_which_it_may_have_been_sealed(below: int, above: int) -> None:
    statement = day(of(place("a", 1, minute=below), place("a", 3, minute=above)))
    assert len(statement.missing) == 1
    assert not statement.complete


@pytest.mark.parametrize(("below", "above"), [(-2 * A_DAY, -A_DAY), (A_DAY, 2 * A_DAY)])
def test_a_hole_of_another_day_does_not_trouble_this_one(below: int, above: int) -> None:
    assert day(of(place("a", 1, minute=below), place("a", 3, minute=above), outlived("a", 3))).complete


def test_what_a_gateway_only_announced_is_missing_up_to_when_it_said_so() -> None:
    (gap,) = day(of(place("a", 1, minute=-5), head("a", 3, minute=5))).missing
    assert (gap.first, gap.last, gap.since, gap.until) == (2, 3, at(-5), at(5))


def test_a_hole_at_the_beginning_may_be_of_any_earlier_day() -> None:
    (gap,) = day(of(place("a", 2, minute=A_DAY))).missing
    assert gap.since is None


def test_a_restore_that_touches_the_day_leaves_it_unknown() -> None:
    restore = Restore(1, at(-30), at(30))
    statement = day(of(place("a", 1), outlived("a", 1), restores=(restore,)))
    assert [each.reason for each in statement.unknown] == ["restored"]
    assert not statement.complete


def test_what_became_unknown_on_another_day_does_not_make_this_one_unknown() -> None:
    claims = (Claim(1, at(-9 * A_DAY)), Claim(2, at(-3 * A_DAY)))
    history = replace(of(place("a", 1, minute=-5 * A_DAY), outlived("a", 1)), claims=claims)
    assert day(history).unknown == ()


def test_what_was_sealed_after_the_last_word_is_unknown() -> None:
    statement = day(of(place("a", 1), replace(head("a", 1), said_at=at(60))))
    assert statement.unknown == (Unknown("tail", at(60), None),)
    assert (statement.heard_until, statement.complete) == (at(60), False)


def test_a_gateway_without_a_true_clock_never_proves_its_tail() -> None:
    assert day(of(place("a", 1), head("a", 1))).unknown == (Unknown("tail", None, None),)


def test_a_day_that_is_not_over_is_judged_as_far_as_it_has_passed() -> None:
    history = of(place("a", 1), replace(head("a", 1), said_at=at(60)))
    assert state_of_day(history, BEGIN, END, now=at(60)).complete
    assert not state_of_day(history, BEGIN, END, now=at(61)).complete


def test_a_gateway_that_said_nothing_is_unknown_by_that_alone() -> None:
    assert [each.reason for each in day(of()).unknown] == ["never_heard"]


def test_a_day_before_the_gateway_was_claimed_has_no_tail() -> None:
    history = replace(of(place("a", 1, minute=9 * A_DAY)), claims=(Claim(1, at(8 * A_DAY)),))
    assert (day(history).arrived, day(history).complete) == (0, True)


def test_repeats_are_counted_with_the_batch_that_came_again() -> None:
    assert day(of(replace(place("a", 1), resends=2))).resends == 2
