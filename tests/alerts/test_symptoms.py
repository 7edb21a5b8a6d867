"""Symptoms, which the replay's CSV cannot carry: rules 3, 4 and 5."""

from __future__ import annotations

from alerts.course import Course, end, hear, pass_time
from alerts.rules.rule import Level
from tests.alerts.making import answer, at, course_of, glucose, only, pressure

CHEST_PAIN = frozenset({"chest_pain"})


def test_a_red_flag_is_critical_at_any_value() -> None:
    episode = only(pressure(0, 118, 74, symptoms=CHEST_PAIN))
    assert (episode.cause, episode.level) == ("bp_high", Level.CRITICAL)
    assert (episode.provisional, episode.confirmed_by, episode.paged_at) == (False, "symptom", at(0))


def test_a_red_flag_alone_is_critical_without_any_value() -> None:
    episode = only(answer(0, "speech_or_limb"))
    assert (episode.level, episode.confirmed_by) == (Level.CRITICAL, "symptom")


def test_an_answer_that_is_no_red_flag_is_no_finding() -> None:
    assert course_of(answer(0, "dizziness")) == ()


def test_a_red_flag_confirms_what_waits() -> None:
    episode = only(pressure(0, 186, 112), answer(2, "breathlessness"))
    assert (episode.provisional, episode.confirmed_by, episode.confirmed_at) == (True, "symptom", at(2))


def test_a_red_flag_confirms_a_value_outside_the_plausible_range() -> None:
    episode = only(pressure(0, 262, 140), answer(1, "chest_pain"))
    assert (episode.confirmed_by, episode.confirmed_at) == ("symptom", at(1))


def test_a_normal_repeat_with_a_red_flag_does_not_end_the_alert() -> None:
    episode = only(pressure(0, 186, 112), pressure(5, 120, 80, symptoms=CHEST_PAIN))
    assert (episode.is_open, episode.confirmed_by) == (True, "symptom")


def test_systolic_89_with_symptoms_is_critical() -> None:
    episode = only(pressure(0, 89, 60, symptoms=frozenset({"dizziness"})))
    assert (episode.cause, episode.level, episode.confirmed_by) == ("bp_low", Level.CRITICAL, "symptom")


def test_systolic_90_with_symptoms_that_are_no_red_flag_is_nothing() -> None:
    assert course_of(pressure(0, 90, 60, symptoms=frozenset({"dizziness"}))) == ()


def test_symptoms_told_after_a_low_pressure_belong_to_it() -> None:
    episode = only(pressure(0, 85, 60), answer(3, "dizziness"))
    assert (episode.cause, episode.level, len(episode.readings)) == ("bp_low", Level.CRITICAL, 2)


def test_a_red_flag_after_a_low_glucose_joins_that_episode() -> None:
    episode = only(glucose(0, "3.4"), answer(3, "speech_or_limb"))
    assert (episode.cause, episode.confirmed_by, episode.paged_at) == ("glucose_low", "symptom", at(3))


def test_no_number_closes_a_red_flag() -> None:
    quiet = [pressure(hours * 60, 120, 80) for hours in range(1, 40)]
    assert only(answer(0, "chest_pain"), *quiet, until=3000).is_open


def test_a_person_s_answer_ends_what_no_number_clears() -> None:
    course = hear(Course(), answer(0, "chest_pain"))
    ended = end(course, course.episodes[0].id, at(20))
    assert ended.episodes[0].closed_at == at(20)


def test_a_number_still_crossed_outlives_a_person_s_answer() -> None:
    course = hear(hear(Course(), pressure(0, 186, 112)), answer(1, "chest_pain"))
    answered = end(course, course.episodes[0].id, at(20))
    assert answered.episodes[0].is_open
    for minutes in (60, 120):
        answered = hear(pass_time(answered, at(minutes)), pressure(minutes, 128, 80))
    assert not pass_time(answered, at(180)).episodes[0].is_open


def test_a_symptom_told_after_the_answer_must_be_answered_again() -> None:
    course = hear(hear(Course(), pressure(0, 186, 112)), answer(1, "chest_pain"))
    again = hear(end(course, course.episodes[0].id, at(20)), answer(30, "chest_pain"))
    for minutes in (60, 120):
        again = hear(pass_time(again, at(minutes)), pressure(minutes, 128, 80))
    assert pass_time(again, at(180)).episodes[0].is_open
