"""The closed list of sentences: complete, in the rules' own words, and saying no more than is true."""

from __future__ import annotations

from typing import get_args

import pytest

from alerts import words
from device_drivers.wire.downlink import Phrase, Question
from gateway.voice.sentences import SENTENCES, Name, Own, aloud

NAMES: tuple[Name, ...] = tuple(SENTENCES)


def test_each_name_has_a_sentence() -> None:
    assert set(SENTENCES) == {*get_args(Own), *get_args(Phrase), *get_args(Question)}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rest_and_repeat", words.MEASURE_AGAIN),
        ("rest_and_repeat_low", words.MEASURE_AGAIN_LOW),
    ],
)
def test_what_a_rule_words_is_said_in_its_words(name: Name, said: words.Words) -> None:
    assert tuple(SENTENCES[name]) == tuple(said)


def test_the_question_is_that_of_the_rule_and_how_to_answer_it() -> None:
    question = SENTENCES["red_flag"]
    assert question.zh.startswith(words.QUESTION.zh)
    assert question.en.startswith(words.QUESTION.en)


def test_self_help_is_that_of_the_rule_without_the_stroke_that_is_read_aloud() -> None:
    assert SENTENCES["low_glucose"].zh == words.LOW_GLUCOSE.zh.replace("/", "、")
    assert SENTENCES["low_glucose"].en == words.LOW_GLUCOSE.en


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_calls_anything_critical(name: Name) -> None:
    """Rule 16: before confirmation never; the box cannot know of any."""
    assert "危急" not in SENTENCES[name].zh
    assert "critical" not in SENTENCES[name].en.lower()


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_holds_a_number_but_that_of_the_ambulance_and_of_minutes(name: Name) -> None:
    digits = SENTENCES[name].zh.replace("120", "")
    assert not any(letter.isdigit() and letter.isascii() for letter in digits)


@pytest.mark.parametrize("name", NAMES)
def test_the_ambulance_is_spelt_digit_by_digit(name: Name) -> None:
    assert "120" not in aloud(name, "zh")
    assert "120" not in aloud(name, "en")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_read_aloud_that_a_synthesiser_spells_out(name: Name) -> None:
    assert set("/()*%&").isdisjoint(aloud(name, "zh") + aloud(name, "en"))


def test_saved_does_not_claim_that_it_was_sent_and_sent_not_that_anybody_has_seen_it() -> None:
    assert "还没有送到" in SENTENCES["saved"].zh
    assert "医生" not in SENTENCES["sent"].zh
    assert "团队" not in SENTENCES["sent"].zh
