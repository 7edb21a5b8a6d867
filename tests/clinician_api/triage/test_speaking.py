"""What a home hears of a case: in the rules' order, and nothing that is not true."""

from __future__ import annotations

import pytest

from alerts import words
from alerts.care import Change
from alerts.rules.rule import Level
from clinician_api.follow_ups.rules import DeskKind
from clinician_api.triage.speaking import Development, of_development

HIGH_BP = (words.MEASURE_AGAIN, words.QUESTION)


def heard(
    *changes: Change,
    says: tuple[words.Words, ...] = HIGH_BP,
    desk: DeskKind = "team",
    urgency: Level = Level.CRITICAL,
    more: bool = True,
    late: bool = False,
) -> tuple[str, ...]:
    return of_development(Development(urgency, desk, changes, more, late, says))


def test_a_first_critical_pressure_asks_for_rest_then_about_red_flags_then_says_who_has_it() -> None:
    assert heard("opened") == ("rest_and_repeat", "red_flag", "received")


def test_a_rare_low_number_has_its_own_words() -> None:
    says = (words.MEASURE_AGAIN_LOW, words.QUESTION)
    assert heard("opened", says=says)[0] == "rest_and_repeat_low"


def test_low_glucose_begins_with_self_help() -> None:
    says = (words.LOW_GLUCOSE, words.QUESTION)
    assert heard("opened", says=says)[:2] == ("low_glucose", "red_flag")


def test_each_further_critical_reading_is_asked_about_anew() -> None:
    """Rule 5."""
    assert heard("updated", says=(words.QUESTION,)) == ("red_flag",)


def test_the_passing_of_time_asks_nothing_anew() -> None:
    assert heard("updated", more=False) == ()


def test_after_confirmation_the_home_is_told_to_stay_by_the_phone() -> None:
    assert heard("confirmed", says=(words.QUESTION,), more=False) == ("stay_by_phone",)


@pytest.mark.parametrize(
    ("desk", "said"), [("team", "received"), ("institution", "duty_desk"), ("nobody", "unwatched")]
)
def test_nobody_is_told_that_a_team_has_it_where_none_does(desk: DeskKind, said: str) -> None:
    """Rule 18."""
    assert heard("opened", desk=desk)[-1] == said


def test_of_something_hours_old_nothing_is_said() -> None:
    """Rule 10."""
    assert heard("opened", late=True) == ()


@pytest.mark.parametrize("urgency", [Level.WATCH, Level.DATA])
def test_what_can_wait_is_not_announced(urgency: Level) -> None:
    assert heard("opened", says=(), urgency=urgency) == ()
