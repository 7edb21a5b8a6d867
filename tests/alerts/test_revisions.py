"""Readings that come again with other details, equal ones of a meter without a clock, and what people say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from msgspec.structs import replace as changed

from alerts.reading import Reading
from alerts.rules.rule import Level
from alerts.store import endings, symptoms
from device_drivers.wire.reading import ByArrival, Context
from tests.alerts.chain import Chain, Listening, resident, settle, to_wire
from tests.alerts.making import at, glucose, pressure


def revise(chain: Chain, reading: Reading, now: datetime, **details: object) -> None:
    """The same stored record, heard again with other details."""
    said = to_wire(reading)
    again = changed(said, heard=changed(said.heard, at=now), **details)
    chain.tables.commit(chain.wire_batch(again), now=now)


def levels(chain: Chain) -> list[tuple[str, Level, bool]]:
    return [(each.cause, each.level, each.is_open) for each in chain.episodes("a")]


def test_a_context_that_comes_later_makes_a_value_high(chain: Chain) -> None:
    engine, sugar = chain.engine(), glucose(0, "14.0")
    chain.store(sugar)
    settle(engine, at(0))
    assert levels(chain) == []
    revise(chain, sugar, at(5), context=Context(meal="post_meal"))
    settle(engine, at(5))
    assert levels(chain) == [("glucose_high", Level.HIGH, True)]


def test_an_alert_without_ground_is_closed_and_stays_in_the_table(chain: Chain) -> None:
    engine, high = chain.engine(), pressure(0, 186, 112)
    chain.store(high)
    settle(engine, at(0))
    revise(chain, high, at(5), quality="device_error")
    settle(engine, at(5))
    settle(chain.engine(), at(60))
    assert levels(chain) == [("bp_high", Level.CRITICAL, False)]
    assert isinstance(chain.care, Listening)
    assert [each.changes for each in chain.care.told] == [("opened",), ("closed",)]


def test_a_revision_that_changes_nothing_tells_nobody(chain: Chain) -> None:
    high = pressure(0, 186, 112)
    chain.store(high)
    chain.store(pressure(5, 187, 112))
    settle(chain.engine(), at(20))
    revise(chain, high, at(30), flags=("irregular_pulse",))
    settle(chain.engine(), at(30))
    assert isinstance(chain.care, Listening)
    assert [each.changes for each in chain.care.told] == [
        ("opened", "confirmed", "paged"),
    ]
    (episode,) = chain.episodes("a")
    assert (episode.confirmed_by, episode.confirmed_at) == ("repeat", at(5))


def test_a_revision_leaves_alone_what_was_over_before_it(chain: Chain) -> None:
    month = 40 * 24 * 60
    engine, sugar = chain.engine(), glucose(month, "14.0")
    chain.store(pressure(0, 186, 112))
    chain.store(pressure(5, 130, 80))
    chain.store(sugar)
    settle(engine, at(month))
    before = chain.episodes("a")
    revise(chain, sugar, at(month + 5), context=Context(meal="post_meal"))
    settle(engine, at(month + 5))
    assert chain.episodes("a")[:1] == before
    assert [each.cause for each in chain.episodes("a")] == ["bp_high", "glucose_high"]


def test_a_reading_known_first_in_its_second_revision_is_judged_once(chain: Chain) -> None:
    high = pressure(0, 186, 112)
    chain.store(high)
    revise(chain, high, at(1), flags=("irregular_pulse",))
    settle(chain.engine(), at(2))
    (episode,) = chain.episodes("a")
    assert len(episode.findings) == 1


def test_an_equal_reading_of_a_meter_without_a_clock_confirms_nothing(chain: Chain) -> None:
    """Equal and within two minutes it may be the same one, told twice."""
    chain.store(pressure(-5, 120, 80))
    like = to_wire(pressure(0, 186, 112))
    for number, minutes in ((1, 0.0), (2, 1.5)):
        live = changed(
            like,
            reading_id=UUID(int=number, version=4),
            identity=ByArrival(),
            meter_time=None,
            heard=changed(like.heard, at=at(minutes)),
        )
        chain.tables.commit(chain.wire_batch(live), now=at(minutes))
        settle(chain.engine(), at(minutes))
    (episode,) = chain.episodes("a")
    assert (episode.confirmed_by, len(episode.findings)) == (None, 1)


def test_an_answered_symptom_confirms_what_waits(chain: Chain) -> None:
    chain.store(pressure(0, 186, 112))
    settle(chain.engine(), at(0))
    with chain.sessions.begin() as session:
        symptoms.answer(session, resident("a"), symptoms=["chest_pain"], answered_at=at(2), now=at(2))
    settle(chain.engine(), at(2))
    (episode,) = chain.episodes("a")
    assert (episode.confirmed_by, episode.confirmed_at) == ("symptom", at(2))
    settle(chain.engine(remembered=0), at(400))
    assert chain.episodes("a") == [episode]


def test_a_symptom_that_no_rule_knows_is_refused(chain: Chain) -> None:
    with chain.sessions.begin() as session, pytest.raises(ValueError, match="breathlessness"):
        symptoms.answer(session, resident("a"), symptoms=["hunger"], answered_at=at(0), now=at(0))


def test_what_no_number_clears_is_ended_by_a_person_and_opens_anew(chain: Chain) -> None:
    with chain.sessions.begin() as session:
        symptoms.answer(session, resident("a"), symptoms=["chest_pain"], answered_at=at(0), now=at(0))
    settle(chain.engine(), at(0))
    (first,) = chain.episodes("a")
    with chain.sessions.begin() as session:
        assert endings.end(session, first.id, now=at(60))
        assert not endings.end(session, resident("nobody"), now=at(60))
    settle(chain.engine(), at(60))
    assert [each.closed_at for each in chain.episodes("a")] == [at(60)]
    chain.store(pressure(3000, 186, 112))
    settle(chain.engine(), at(3000))
    assert [each.closed_at for each in chain.episodes("a")] == [at(60), None]


def test_a_symptom_soon_after_a_person_ended_it_reopens_it(chain: Chain) -> None:
    engine = chain.engine()
    say_chest_pain(chain, at(0))
    settle(engine, at(0))
    (episode,) = chain.episodes("a")
    with chain.sessions.begin() as session:
        endings.end(session, episode.id, now=at(60))
    settle(engine, at(60))
    say_chest_pain(chain, at(90))
    settle(engine, at(90))
    (again,) = chain.episodes("a")
    assert (again.id, again.reopened, again.is_open) == (episode.id, 1, True)


def test_a_revision_does_not_undo_what_a_person_ended(chain: Chain) -> None:
    engine, well = chain.engine(), pressure(0, 122, 82)
    chain.store(well)
    say_chest_pain(chain, at(1))
    settle(engine, at(1))
    (episode,) = chain.episodes("a")
    with chain.sessions.begin() as session:
        endings.end(session, episode.id, now=at(60))
    settle(engine, at(60))
    revise(chain, well, at(90), flags=("irregular_pulse",))
    settle(engine, at(90))
    assert [each.closed_at for each in chain.episodes("a")] == [at(60)]


def test_a_number_still_crossed_outlives_a_persons_word(chain: Chain) -> None:
    engine = chain.engine()
    chain.store(pressure(0, 202, 112))
    settle(engine, at(0))
    (episode,) = chain.episodes("a")
    with chain.sessions.begin() as session:
        endings.end(session, episode.id, now=at(60))
    settle(engine, at(60))
    assert [each.is_open for each in chain.episodes("a")] == [True]


def say_chest_pain(chain: Chain, now: datetime) -> None:
    with chain.sessions.begin() as session:
        symptoms.answer(session, resident("a"), symptoms=["chest_pain"], answered_at=now, now=now)
