"""Ages, versions and dates of consents; and texts that nobody changed after people agreed to them."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from clinician_api.consents import rules, wording
from clinician_api.consents.rules import PURPOSES, Basis, Consent
from clinician_api.consents.texts import TEXTS
from tests.clinician_api.making import NOW

TODAY = date(2026, 3, 2)
SECOND = timedelta(seconds=1)

# Of what people have agreed to. Never change one: add a version, and its hash here.
RELEASED = {
    ("care", 1): "b5a270ca347624a2",
    ("monitoring", 1): "853bd904adf37da3",
    ("sharing", 1): "22d9a6577bd8ec62",
    ("family", 1): "5d8c599194994ec7",
    ("recording", 1): "822a929594b181a7",
}


def test_a_released_text_says_what_it_said() -> None:
    assert {(each.purpose, each.version): each.sha256.hex()[:16] for each in TEXTS} == RELEASED


def test_every_purpose_has_a_text_in_both_languages_with_nothing_left_out() -> None:
    found = [wording.current(TEXTS, purpose, TODAY) for purpose in PURPOSES]
    said = [part for text in found for words in (text.zh, text.en) for part in astuple(words)]
    assert all(said)
    assert all(len(text.zh.stops) == len(text.en.stops) for text in found)


@pytest.mark.parametrize(
    ("born", "basis", "may"),
    [
        (date(1950, 1, 1), "self", True),
        (date(1950, 1, 1), "guardian", True),
        (date(2012, 3, 2), "self", True),
        (date(2012, 3, 3), "self", False),
        (date(2012, 3, 3), "proxy", False),
        (date(2012, 3, 3), "guardian", True),
        (date(2012, 2, 29), "self", True),
        (TODAY, "self", False),
    ],
)
def test_below_fourteen_a_guardian_agrees(born: date, basis: Basis, may: object) -> None:
    assert rules.may_agree(born, basis, TODAY) == may


def test_a_newer_text_counts_from_its_first_day_and_asks_again_only_if_it_says_so() -> None:
    first = wording.current(TEXTS, "care", TODAY)
    second = replace(first, version=2, since=TODAY + timedelta(days=1))
    third = replace(second, version=3, since=TODAY + timedelta(days=2), asks_again=True)
    texts = (first, second, third)
    days = [TODAY + timedelta(days=n) for n in range(3)]
    assert [wording.current(texts, "care", day).version for day in days] == [1, 2, 3]
    assert [wording.least(texts, "care", day) for day in days] == [1, 1, 3]


def test_by_a_clock_set_back_before_the_first_day_the_first_text_stands() -> None:
    assert wording.current(TEXTS, "care", date(2025, 8, 31)).version == 1
    assert wording.least(TEXTS, "care", date(2025, 8, 31)) == 1


def test_a_consent_holds_from_its_second_until_just_before_its_end() -> None:
    given = Consent(uuid4(), "care", 1, "self", uuid4(), None, NOW, NOW + 9 * SECOND, "withdrawn")
    asked = {n: rules.holds(given, NOW + n * SECOND, least=1) for n in (-1, 0, 8, 9)}
    assert asked == {-1: False, 0: True, 8: True, 9: False}
    assert not rules.holds(replace(given, until=None), NOW, least=2)
