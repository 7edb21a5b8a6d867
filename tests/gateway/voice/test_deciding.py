"""From how things stand to the sentence: the right one, at the right time, and no other."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.wire.downlink import Question
from gateway.button.pressing import Answer
from gateway.trust.receipts import Fate
from gateway.voice import deciding
from gateway.voice.deciding import COURTESIES, Home
from gateway.voice.happenings import (
    AnswerArrived,
    AnsweredElsewhere,
    Asked,
    Happening,
    Kept,
    Moment,
    NotSaved,
    Pressed,
    Say,
    Send,
    Settled,
    ShutOut,
    TimePassed,
    Told,
)
from gateway.voice.sentences import Name

Night = bool | None

FIRST, SECOND = UUID(int=1), UUID(int=2)
ASKED = UUID(int=9)


class Story:
    """A home to which things happen at given seconds."""

    def __init__(self, *, is_night: Night = False) -> None:
        self.home = Home()
        self.is_night = is_night
        self.sent: list[Send] = []
        self.untils: list[float] = []

    def at(self, second: float, event: Happening) -> list[Name]:
        """What is said then."""
        self.home, deeds = deciding.decide(self.home, event, Moment(second, self.is_night))
        self.sent += [deed for deed in deeds if isinstance(deed, Send)]
        self.untils += [deed.until for deed in deeds if isinstance(deed, Say)]
        return [deed.sentence for deed in deeds if isinstance(deed, Say)]

    def pass_until(self, second: float) -> list[tuple[float, Name]]:
        """Every moment of note comes; what is said at which second."""
        said = list[tuple[float, Name]]()
        while (due := deciding.due_at(self.home)) is not None and due <= second:
            said += [(due, sentence) for sentence in self.at(due, TimePassed())]
        return said


def stored(*readings: UUID, fate: Fate = "stored") -> Settled:
    return Settled(tuple((reading, fate) for reading in readings))


def pressure(reading: UUID = FIRST) -> Kept:
    return Kept(reading, "blood_pressure")


def told(sentence: Name, until: float = 900, about: UUID | None = None) -> Told:
    return Told(sentence, until, about)


# Saved, sent


def test_a_reading_whose_receipt_comes_at_once_is_called_sent_and_nothing_else() -> None:
    story = Story()
    assert story.at(0, pressure()) == []
    assert story.at(1, stored(FIRST)) == ["sent"]
    assert story.pass_until(3600) == []


def test_a_reading_without_a_receipt_is_called_saved_after_three_seconds_and_only_once() -> None:
    story = Story()
    story.at(0, pressure())
    assert story.pass_until(3600) == [(3.0, "saved")]


def test_what_was_called_saved_is_called_sent_when_its_receipt_comes() -> None:
    story = Story()
    story.at(0, pressure())
    story.pass_until(60)
    assert story.at(60, stored(FIRST)) == ["sent"]


def test_after_a_quarter_of_an_hour_nobody_says_just_now() -> None:
    story = Story()
    story.at(0, pressure())
    story.pass_until(899)
    assert story.at(901, stored(FIRST)) == []


def test_two_readings_of_one_transfer_are_sent_when_both_are() -> None:
    story = Story()
    story.at(0, pressure(FIRST))
    story.at(0.1, pressure(SECOND))
    assert story.at(1, stored(FIRST)) == []
    assert story.at(2, stored(SECOND)) == ["sent"]


def test_a_receipt_for_another_reading_says_nothing() -> None:
    story = Story()
    story.at(0, pressure(FIRST))
    assert story.at(1, stored(SECOND)) == []


def test_a_reading_that_the_cloud_keeps_out_of_its_tables_is_never_called_sent() -> None:
    story = Story()
    story.at(0, pressure(FIRST))
    story.at(0, pressure(SECOND))
    story.at(1, stored(FIRST, fate="not_accepted"))
    assert story.at(2, stored(SECOND)) == ["not_accepted"]


def test_at_night_a_late_receipt_wakes_nobody() -> None:
    story = Story(is_night=True)
    story.at(0, pressure())
    story.pass_until(200)
    assert story.at(200, stored(FIRST)) == []


def test_at_night_whoever_just_measured_is_told() -> None:
    story = Story(is_night=True)
    story.at(0, pressure())
    assert story.at(1, stored(FIRST)) == ["sent"]


@pytest.mark.parametrize("is_night", [True, False, None])
def test_what_was_not_saved_is_said_at_any_hour_but_not_without_end(is_night: Night) -> None:
    story = Story(is_night=is_night)
    assert story.at(0, NotSaved()) == ["not_saved"]
    assert story.at(59, NotSaved()) == []
    assert story.at(61, NotSaved()) == ["not_saved"]


def test_a_gateway_that_is_shut_out_says_so() -> None:
    assert Story().at(0, ShutOut()) == ["refused"]


# What the cloud tells


@pytest.mark.parametrize("sentence", sorted(COURTESIES))
def test_by_day_what_the_cloud_tells_is_said(sentence: Name) -> None:
    assert Story().at(0, told(sentence)) == [sentence]


@pytest.mark.parametrize("sentence", sorted(COURTESIES))
@pytest.mark.parametrize("is_night", [True, None])
def test_at_night_courtesies_wake_nobody(sentence: Name, is_night: Night) -> None:
    assert Story(is_night=is_night).at(0, told(sentence)) == []


@pytest.mark.parametrize(
    "sentence", ["rest_and_repeat", "rest_and_repeat_low", "low_glucose", "unwatched", "stay_by_phone"]
)
@pytest.mark.parametrize("is_night", [True, False, None])
def test_what_a_critical_needs_is_said_at_any_hour(sentence: Name, is_night: Night) -> None:
    assert Story(is_night=is_night).at(0, told(sentence)) == [sentence]


def test_a_sentence_expires_with_its_command() -> None:
    story = Story()
    story.at(0, told("rest_and_repeat", until=123))
    assert story.untils == [123]


# Rule 15: night


@pytest.mark.parametrize("is_night", [True, None])
def test_at_night_a_repeat_is_asked_for_at_5_and_10_minutes_after_the_measurement(
    is_night: Night,
) -> None:
    story = Story(is_night=is_night)
    story.at(0, pressure())
    story.at(1, stored(FIRST))
    story.at(20, told("rest_and_repeat", about=FIRST))
    assert story.pass_until(3600) == [(300.0, "measure_now"), (600.0, "measure_now")]


def test_by_day_nobody_is_reminded() -> None:
    story = Story()
    story.at(0, told("rest_and_repeat"))
    assert story.pass_until(3600) == []


def test_a_repeat_ends_the_reminders() -> None:
    story = Story(is_night=True)
    story.at(0, told("rest_and_repeat"))
    story.at(200, pressure(SECOND))
    story.at(201, stored(SECOND))
    assert story.pass_until(3600) == []


def test_a_glucose_is_no_repeat_of_a_blood_pressure() -> None:
    story = Story(is_night=True)
    story.at(0, told("rest_and_repeat"))
    story.at(200, Kept(SECOND, "other"))
    story.at(201, stored(SECOND))
    assert [second for second, _ in story.pass_until(3600)] == [300.0, 600.0]


def test_a_reading_sooner_than_a_minute_is_no_repeat() -> None:
    """Rule 4."""
    story = Story(is_night=True)
    story.at(0, told("rest_and_repeat"))
    story.at(59, pressure(SECOND))
    story.at(60, stored(SECOND))
    assert [second for second, _ in story.pass_until(3600)] == [300.0, 600.0]


def test_an_order_that_comes_after_the_first_reminder_was_due_gives_the_second_alone() -> None:
    story = Story(is_night=True)
    story.at(0, pressure())
    story.at(1, stored(FIRST))
    story.at(400, told("rest_and_repeat", about=FIRST))
    assert story.pass_until(3600) == [(600.0, "measure_now")]


# Rules 5 and 14: questions


def asked(what: Question = "red_flag", question: UUID = ASKED, until: float = 900) -> Asked:
    return Asked(what, question, until)


@pytest.mark.parametrize(
    ("what", "answer", "sentence"),
    [
        ("red_flag", "yes", "answered_yes"),
        ("red_flag", "no", "answered_no"),
        ("was_it_you", "yes", "answered_me"),
        ("was_it_you", "no", "answered_not_me"),
    ],
)
def test_a_press_answers_the_question_that_was_asked(what: Question, answer: Answer, sentence: Name) -> None:
    story = Story()
    assert story.at(0, asked(what)) == [what]
    assert story.at(5, Pressed(answer)) == [sentence]
    assert story.sent == [Send(ASKED, what, answer)]


def test_silence_is_no_answer_and_the_question_is_asked_again_until_its_time_is_over() -> None:
    story = Story()
    story.at(0, asked(until=200))
    assert story.pass_until(3600) == [(30.0, "red_flag"), (90.0, "red_flag")]
    assert story.sent == []


def test_after_its_time_a_press_answers_nothing() -> None:
    story = Story()
    story.at(0, asked(until=60))
    story.pass_until(70)
    assert story.at(70, Pressed("yes")) == ["nothing_asked"]
    assert story.sent == []


def test_a_no_may_become_a_yes() -> None:
    story = Story()
    story.at(0, asked())
    story.at(5, Pressed("no"))
    assert story.at(60, Pressed("yes")) == ["answered_yes"]
    assert [each.answer for each in story.sent] == ["no", "yes"]


def test_a_yes_is_never_taken_back() -> None:
    story = Story()
    story.at(0, asked())
    story.at(5, Pressed("yes"))
    assert story.at(9, Pressed("no")) == ["answered_yes"]
    assert [each.answer for each in story.sent] == ["yes"]


def test_of_two_questions_the_red_flags_come_first() -> None:
    story = Story()
    story.at(0, asked("was_it_you", SECOND))
    story.at(1, asked("red_flag", FIRST))
    story.at(5, Pressed("no"))
    story.at(6, Pressed("yes"))
    assert story.sent == [Send(FIRST, "red_flag", "no"), Send(SECOND, "was_it_you", "yes")]


def test_a_repeated_command_asks_no_second_time() -> None:
    story = Story()
    story.at(0, asked())
    assert story.at(1, asked()) == []


def test_an_answer_that_arrives_is_said_to_have_arrived() -> None:
    story = Story()
    story.at(0, asked())
    story.at(5, Pressed("yes"))
    assert story.at(6, AnswerArrived(ASKED)) == ["answer_received"]
    assert story.at(7, AnswerArrived(ASKED)) == []


def test_an_answer_that_does_not_arrive_is_admitted_once() -> None:
    story = Story()
    story.at(0, asked())
    story.at(5, Pressed("yes"))
    assert (25.0, "answer_waits") in story.pass_until(600)
    assert story.pass_until(3600) == []


def test_what_was_answered_on_the_page_is_not_asked_again() -> None:
    story = Story()
    story.at(0, asked())
    story.at(10, AnsweredElsewhere(ASKED))
    assert story.pass_until(3600) == []


# Whatever happens

EVENTS: st.SearchStrategy[Happening] = st.one_of(
    st.builds(Kept, st.sampled_from([FIRST, SECOND]), st.sampled_from(["blood_pressure", "other"])),
    st.builds(stored, st.sampled_from([FIRST, SECOND]), fate=st.sampled_from(["stored", "not_accepted"])),
    st.just(NotSaved()),
    st.builds(asked, st.sampled_from(["red_flag", "was_it_you"]), st.sampled_from([FIRST, SECOND])),
    st.builds(Pressed, st.sampled_from(["yes", "no"])),
    st.builds(AnswerArrived, st.sampled_from([FIRST, SECOND])),
    st.builds(told, st.sampled_from(["rest_and_repeat", "looked", "unwatched"])),
    st.just(TimePassed()),
)


@given(events=st.lists(st.tuples(st.floats(0, 400), EVENTS), max_size=30), is_night=st.booleans())
def test_whatever_happens_it_falls_silent_and_claims_nothing_unproven(
    events: list[tuple[float, Happening]], is_night: Night
) -> None:
    story, now = Story(is_night=is_night), 0.0
    proven = list[UUID]()
    for wait, event in events:
        now += wait
        story.pass_until(now)
        if isinstance(event, Settled):
            proven += [reading for reading, fate in event.fates if fate == "stored"]
        said = story.at(now, event)
        assert "sent" not in said or proven
        assert not (is_night and COURTESIES.intersection(said))
    assert len(story.pass_until(now + 86_400)) < 20
    assert deciding.due_at(story.home) is None
