"""Which ways a notice goes: nothing hides what cannot wait, and nobody simulated has a telephone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinician_api.notices import letters, routing
from clinician_api.notices.routing import Audience, Channel, Contact, Kind, Reached, Urgency

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine in the morning in Shanghai."""

TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
CHANNELS = st.builds(
    Channel,
    name=st.sampled_from("abc"),
    kind=st.sampled_from(get_args(Kind)),
    audiences=st.frozensets(st.sampled_from(get_args(Audience)), min_size=1),
    needs=st.sampled_from(get_args(Contact)),
    urgencies=st.frozensets(st.sampled_from(get_args(Urgency)), min_size=1),
)
PEOPLE = st.builds(
    Reached,
    audience=st.sampled_from(get_args(Audience)),
    contacts=st.frozensets(st.sampled_from(get_args(Contact))),
    is_simulated=st.booleans(),
    is_seen=st.booleans(),
)


@given(st.lists(CHANNELS, max_size=6), PEOPLE, st.sampled_from(get_args(Urgency)))
def test_whom_nobody_can_reach_has_no_way_and_who_is_simulated_no_real_one(
    channels: list[Channel], whom: Reached, urgency: Urgency
) -> None:
    for way in routing.ways(channels, whom, urgency):
        assert way.needs in whom.contacts
        assert not (whom.is_simulated and way.is_real)


@given(TIMES)
def test_what_cannot_wait_never_waits(at: datetime) -> None:
    assert routing.begins_at("now", at) == at
    assert routing.goes_on("now", was_sent=False) == timedelta()


@given(TIMES)
def test_a_courtesy_comes_by_day_and_within_half_a_day(at: datetime) -> None:
    comes = routing.begins_at("courtesy", at)
    local = comes.astimezone(ZoneInfo("Asia/Shanghai"))
    assert 8 <= local.hour < 21
    assert timedelta() <= comes - at <= timedelta(hours=11, minutes=5)


def test_who_has_the_page_open_is_not_told_twice_of_what_can_wait() -> None:
    assert routing.begins_at("soon", AT) == AT + routing.GRACE


@pytest.mark.parametrize(
    ("urgency", "expected"), [("now", routing.UNSEEN), ("soon", None), ("courtesy", None)]
)
def test_the_next_way_follows_a_failure_at_once_and_silence_only_where_it_matters(
    urgency: Urgency, expected: timedelta | None
) -> None:
    assert routing.goes_on(urgency, was_sent=True) == expected
    assert routing.goes_on(urgency, was_sent=False) == timedelta()


@pytest.mark.parametrize("code", [code for code in routing.URGENCIES if code.startswith("case.")])
def test_every_word_about_a_case_but_an_offer_is_urgent(code: str) -> None:
    assert routing.urgency_of(code) == ("soon" if code == "case.offered" else "now")


def test_no_letter_names_a_reading_and_the_familys_differs_from_the_teams() -> None:
    for (code, audience), wording in letters.LETTERS.items():
        for words in wording:
            assert not [sign for sign in words.replace("120", "") if sign.isdigit()], (code, audience)
            assert "{" not in words
    said = {letters.body("care.call_us", audience, "zh") for audience in get_args(Audience)}
    assert len(said) == len(get_args(Audience))


def test_a_contract_that_ends_is_no_alert_to_its_team() -> None:
    said = [
        letters.body(code, "staff", "en") for code in ("contract.ends_30", "contract.signed", "case.offered")
    ]
    assert ["alert" in each for each in said] == [False, False, True]
