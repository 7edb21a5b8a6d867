"""Who answers for a resident, by dates alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clinician_api.contracts.rules import DUTY_DESK, Term, overlaps, responsible, watches

DAY = timedelta(days=1)


def term(begins: date, ends: date, ended_at: datetime | None = None) -> Term:
    return Term(uuid4(), uuid4(), UUID(int=1), begins, ends, ended_at)


def shanghai(words: str) -> datetime:
    return datetime.fromisoformat(f"{words}+08:00")


YEAR = term(date(2026, 3, 1), date(2027, 2, 28))


@pytest.mark.parametrize(
    ("when", "kind"),
    [
        ("2026-02-28T23:59:59", "nobody"),
        ("2026-03-01T00:00:00", "team"),
        ("2027-02-28T23:59:59", "team"),
        ("2027-03-01T00:00:00", "duty_desk"),
        ("2027-03-30T23:59:59", "duty_desk"),
        ("2027-03-31T00:00:00", "nobody"),
    ],
)
def test_days_begin_and_end_in_shanghai(when: str, kind: str) -> None:
    assert responsible([YEAR], shanghai(when)).kind == kind


def test_midnight_in_shanghai_is_four_in_the_afternoon_elsewhere() -> None:
    assert YEAR.until == datetime(2027, 2, 28, 16, tzinfo=UTC)


def test_an_early_end_hands_over_to_the_desk_at_that_moment() -> None:
    ended = shanghai("2026-06-01T10:30:00")
    early = term(YEAR.begins, YEAR.ends, ended)
    assert responsible([early], ended - timedelta(seconds=1)).kind == "team"
    assert responsible([early], ended).kind == "duty_desk"
    assert responsible([early], ended + DUTY_DESK).kind == "nobody"


def test_a_contract_that_was_ended_before_it_began_gives_no_desk_either() -> None:
    never = term(YEAR.begins, YEAR.ends, shanghai("2026-02-01T00:00:00"))
    assert list(watches([never])) == []


def test_a_new_team_relieves_the_desk() -> None:
    following = term(date(2027, 3, 10), date(2028, 3, 9))
    when = shanghai("2027-03-10T00:00:00")
    assert responsible([YEAR, following], when - timedelta(seconds=1)).kind == "duty_desk"
    assert responsible([YEAR, following], when).team == following.team


def test_a_successor_that_never_began_relieves_nobody() -> None:
    never = term(date(2027, 3, 10), date(2028, 3, 9), shanghai("2027-03-05T00:00:00"))
    assert responsible([YEAR, never], shanghai("2027-03-20T00:00:00")).kind == "duty_desk"


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
moments = st.datetimes(datetime(2025, 12, 1), datetime(2028, 3, 1), timezones=st.just(UTC))


@st.composite
def terms(draw: st.DrawFn) -> Term:
    begins, lasts = draw(days), draw(st.integers(0, 400))
    return term(begins, begins + lasts * DAY, draw(st.none() | moments))


@given(st.lists(terms(), max_size=4), moments)
def test_never_do_two_answer_at_once_and_there_is_no_gap_within_thirty_days(
    held: list[Term], now: datetime
) -> None:
    assume(
        not any(
            overlaps(a, b) for n, a in enumerate(held) for b in held[n + 1 :] if a.ever_held and b.ever_held
        )
    )
    spans = list(watches(held))
    assert all(one.until <= other.since for one, other in pairwise(spans))
    last = max((each.until for each in held if each.ever_held and each.since <= now), default=None)
    is_watched = last is not None and now < last + DUTY_DESK
    assert (responsible(held, now).kind != "nobody") == is_watched
