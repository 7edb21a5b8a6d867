"""The loss statement of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from ingest.chain import Range
from ingest.daily import Day, day_statement
from ingest.history import Claim, History
from tests.ingest.evidence import GATEWAY, SHANGHAI, at, head, of, place

DAY = Day.of(date(2026, 3, 5), SHANGHAI)
"""From 20 hours before noon in UTC until 4 hours after."""
NEXT = Day.of(date(2026, 3, 6), SHANGHAI)
LATER = at(10_000)
STILL_THERE = head("a", 2, said=5_000)


def test_a_day_is_one_of_the_region() -> None:
    assert (DAY.begin, DAY.end) == (
        datetime(2026, 3, 4, 16, tzinfo=UTC),
        datetime(2026, 3, 5, 16, tzinfo=UTC),
    )


def test_a_day_with_everything_announced_here_is_complete() -> None:
    history = of(place("a", 1), replace(place("a", 2), readings=7, resends=1), STILL_THERE)
    said = day_statement(history, DAY, LATER)
    assert (said.complete, said.arrived, said.readings, said.resends) == (True, 2, 7, 1)
    assert said.streams[0].arrived == (Range(1, 2),)


def test_a_batch_counts_on_the_day_it_came() -> None:
    history = of(place("a", 1), place("a", 2, minute=240), STILL_THERE)
    assert [day_statement(history, day, LATER).arrived for day in (DAY, NEXT)] == [1, 1]


def test_a_hole_counts_on_the_day_that_first_told_of_it() -> None:
    history = of(place("a", 1), place("a", 3, minute=240), head("a", 3, minute=240, said=5_000))
    first, second = (day_statement(history, day, LATER) for day in (DAY, NEXT))
    assert (first.missing, first.complete) == (0, True)
    assert (second.missing, second.complete) == (1, False)
    assert (second.streams[0].missing[0].first, second.streams[0].missing[0].since) == (2, at(240))


def test_what_was_sealed_after_the_last_word_is_unknown() -> None:
    said = day_statement(of(place("a", 1), head("a", 1, said=60)), DAY, LATER)
    assert [(each.reason, each.since, each.until) for each in said.unknown] == [("tail", at(60), None)]
    assert (said.heard_until, said.complete) == (at(60), False)


def test_a_gateway_without_a_true_clock_never_proves_its_tail() -> None:
    said = day_statement(of(place("a", 1), head("a", 1)), DAY, LATER)
    assert [(each.reason, each.since) for each in said.unknown] == [("tail", None)]


def test_a_day_that_is_not_over_is_judged_as_far_as_it_has_passed() -> None:
    history = of(place("a", 1), head("a", 1, said=60))
    assert day_statement(history, DAY, at(60)).complete
    assert not day_statement(history, DAY, at(61)).complete


def test_what_is_unknown_of_another_day_does_not_stand_in_this_one() -> None:
    lost = of(place("a", 1), place("b", 1, minute=10), head("b", 1, minute=10, said=5_000))
    assert [each.reason for each in day_statement(lost, DAY, LATER).unknown] == ["outbox_lost"]
    assert day_statement(lost, NEXT, LATER).unknown == ()


def test_a_gateway_that_said_nothing_is_never_complete() -> None:
    said = day_statement(History(GATEWAY, claims=(Claim(1, at(0)),)), NEXT, LATER)
    assert ([each.reason for each in said.unknown], said.complete) == (["never_heard"], False)


def test_a_day_before_the_gateway_was_enrolled_holds_nothing() -> None:
    history = replace(of(place("a", 1, minute=9_000)), claims=(Claim(1, at(8_000)),))
    assert (day_statement(history, DAY, LATER).arrived, day_statement(history, DAY, LATER).complete) == (
        0,
        True,
    )


def test_rejected_batches_and_refused_readings_are_counted() -> None:
    history = of(replace(place("a", 1), outcome="rejected"), replace(place("a", 2), refused=3), STILL_THERE)
    said = day_statement(history, DAY, LATER)
    assert (said.rejected, said.refused) == (1, 3)
