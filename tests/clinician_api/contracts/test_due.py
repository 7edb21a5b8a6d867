"""What dates do: steps of the clock, and reminders each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from clinician_api.contracts import due
from clinician_api.contracts.due import Facts
from clinician_api.contracts.states import State


def at(words: str) -> datetime:
    return datetime.fromisoformat(f"{words}+08:00")


MONDAY = at("2026-03-02T09:00")
ACTIVE = Facts(
    "active", date(2026, 3, 1), date(2027, 2, 28), since=at("2026-03-01T00:00"), until=at("2027-03-01T00:00")
)


@pytest.mark.parametrize(
    ("known", "step", "when"),
    [
        (replace(ACTIVE, state="applied", applied_at=MONDAY), "lapse", "2026-03-09T09:00"),
        (replace(ACTIVE, state="accepted", accepted_at=MONDAY), "lapse", "2026-03-16T09:00"),
        (replace(ACTIVE, state="signed", signed_at=MONDAY), "activate", "2026-03-01T00:00"),
        (replace(ACTIVE, state="signed", signed_at=MONDAY, since=None), "lapse", "2026-04-01T09:00"),
        (ACTIVE, "fall_due", "2027-01-29T00:00"),
        (replace(ACTIVE, state="renewal_due"), "expire", "2027-03-01T00:00"),
    ],
)
def test_the_clock_takes_one_step_at_its_own_moment(known: Facts, step: str, when: str) -> None:
    assert due.turn(known) == (step, at(when))


@pytest.mark.parametrize(
    "state", ["draft", "refused", "cancelled", "lapsed", "renewed", "terminated", "transferred"]
)
def test_in_other_states_dates_do_nothing(state: State) -> None:
    assert due.turn(replace(ACTIVE, state=state)) is None


def test_a_term_shorter_than_the_time_for_renewal_falls_due_with_its_first_day() -> None:
    short = replace(ACTIVE, ends=date(2026, 3, 5), until=at("2026-03-06T00:00"))
    assert due.turn(short) == ("fall_due", at("2026-03-01T00:00"))


def test_reminders_come_thirty_fifteen_seven_and_one_day_before_and_one_after() -> None:
    before = [(each.kind, each.at) for each in due.reminders(replace(ACTIVE, state="renewal_due"))]
    after = [(each.kind, each.at) for each in due.reminders(replace(ACTIVE, state="expired"))]
    assert [*before, *after] == [
        ("ends_30", at("2027-01-29T09:00")),
        ("ends_15", at("2027-02-13T09:00")),
        ("ends_7", at("2027-02-21T09:00")),
        ("ends_1", at("2027-02-27T09:00")),
        ("ended", at("2027-03-01T09:00")),
    ]


@pytest.mark.parametrize("state", ["renewed", "terminated", "transferred", "draft"])
def test_who_has_renewed_or_left_is_reminded_of_nothing(state: State) -> None:
    assert list(due.reminders(replace(ACTIVE, state=state))) == []


def test_a_team_that_does_not_answer_is_reminded_and_then_its_leader() -> None:
    waiting = replace(ACTIVE, state="applied", applied_at=at("2026-03-06T16:00"))
    assert [(each.kind, each.at, each.to) for each in due.reminders(waiting)] == [
        ("answer", at("2026-03-07T16:00"), "team"),
        ("answer_overdue", at("2026-03-11T16:00"), "leaders"),
    ]


def test_of_reminders_that_nobody_sent_in_time_only_the_last_is_told() -> None:
    late = at("2027-02-25T00:00")
    now, gone_by = due.due_reminders(replace(ACTIVE, state="renewal_due"), {"ends_30"}, late)
    assert [[each.kind for each in some] for some in (now, gone_by)] == [["ends_7"], ["ends_15"]]


def test_what_was_told_is_not_due_again_even_when_the_clock_is_set_back() -> None:
    told = {"ends_30", "ends_15", "ends_7", "ends_1"}
    assert due.due_reminders(replace(ACTIVE, state="renewal_due"), told, at("2027-01-30T00:00")) == ([], [])
    assert due.next_at(replace(ACTIVE, state="renewal_due"), told) == at("2027-03-01T00:00")


def test_a_contract_that_is_over_and_told_of_is_never_looked_at_again() -> None:
    assert due.next_at(replace(ACTIVE, state="expired"), {"ended"}) is None
    assert due.next_at(replace(ACTIVE, state="terminated"), set()) is None


def test_a_day_before_it_is_due_nothing_is_told() -> None:
    early = at("2027-01-29T09:00") - timedelta(seconds=1)
    assert due.due_reminders(ACTIVE, set(), early) == ([], [])
