"""Readings that turn out to be another's or otherwise: the engine judges them again for all concerned."""

from __future__ import annotations

from uuid import UUID

import pytest
from msgspec.structs import replace as changed

from alerts.reading import Reading
from alerts.rules.rule import Level
from device_drivers.wire.reading import ByArrival
from ingest.desk.revision import correct, reattribute, withdraw
from ingest.fleet import registry
from ingest.store.corrections import Correction
from ingest.store.rows import Key
from ingest.store.steps import Deed
from tests.alerts.chain import Chain, Listening, resident, settle, to_wire
from tests.alerts.making import at, glucose, pressure


def key_of(reading: Reading) -> Key:
    wire = to_wire(reading)
    return wire.meter.key, wire.reading_id


def said(minutes: float) -> Deed:
    return Deed("steward-1", "it was her husband", at(minutes))


def give(chain: Chain, reading: Reading, name: str, *, minutes: float) -> None:
    reattribute(chain.tables.connection, key_of(reading), resident(name), said(minutes))


def standing(chain: Chain, name: str) -> list[tuple[str, Level, bool, bool]]:
    return [(each.cause, each.level, each.late, each.is_open) for each in chain.episodes(name)]


@pytest.mark.parametrize("remembered", [0, 100_000])
def test_a_critical_that_was_anothers_is_closed_here_and_opens_there(chain: Chain, remembered: int) -> None:
    engine, high = chain.engine(remembered=remembered), pressure(0, 186, 112)
    chain.store(high)
    settle(engine, at(0))
    give(chain, high, "b", minutes=60 * 30)
    settle(engine, at(60 * 30))
    assert standing(chain, "a") == [("bp_high", Level.CRITICAL, False, False)]
    assert standing(chain, "b") == [("bp_high", Level.HIGH, True, True)]
    assert isinstance(chain.care, Listening)
    told = [(each.resident, each.changes[-1]) for each in chain.care.told]
    assert told[-2:] in (
        [(resident("a"), "closed"), (resident("b"), "opened")],
        [(resident("b"), "opened"), (resident("a"), "closed")],
    )


def test_a_reading_that_comes_back_is_judged_as_if_it_had_never_gone(chain: Chain) -> None:
    engine, high = chain.engine(), pressure(0, 186, 112)
    chain.store(high)
    settle(engine, at(0))
    give(chain, high, "b", minutes=10)
    settle(engine, at(10))
    give(chain, high, "a", minutes=20)
    settle(engine, at(20))
    assert standing(chain, "a")[-1] == ("bp_high", Level.CRITICAL, False, True)
    assert standing(chain, "b") == [("bp_high", Level.CRITICAL, False, False)]


def test_one_given_away_before_anybody_judged_it_alarms_its_owner_alone(chain: Chain) -> None:
    high = pressure(0, 186, 112)
    chain.store(high)
    give(chain, high, "b", minutes=1)
    settle(chain.engine(), at(2))
    assert standing(chain, "a") == []
    assert standing(chain, "b") == [("bp_high", Level.CRITICAL, False, True)]


def test_what_is_nobodys_closes_what_it_opened(chain: Chain) -> None:
    engine, high = chain.engine(), pressure(0, 186, 112)
    registry.enrol(
        chain.tables.connection,
        chain.gateway.gateway,
        public=chain.gateway.public,
        home=chain.gateway.home,
        now=at(0),
    )
    chain.store(high)
    settle(engine, at(0))
    withdraw(chain.tables.connection, key_of(high), said(10))
    settle(engine, at(10))
    settle(chain.engine(), at(60 * 24 * 3))
    assert standing(chain, "a") == [("bp_high", Level.CRITICAL, False, False)]


def test_what_remains_is_judged_without_what_was_anothers(chain: Chain) -> None:
    """The repeat that confirmed was of somebody else: what it confirmed waits for a repeat again."""
    engine, first, repeat = chain.engine(), pressure(0, 186, 112), pressure(5, 187, 112)
    chain.store(first)
    chain.store(repeat)
    settle(engine, at(6))
    (before,) = chain.episodes("a")
    give(chain, repeat, "b", minutes=7)
    settle(engine, at(7))
    (after,) = chain.episodes("a")
    assert (before.confirmed_by, after.confirmed_by, after.id) == ("repeat", None, before.id)
    assert after.is_open


def test_a_control_solution_takes_its_alert_back(chain: Chain) -> None:
    engine, sugar = chain.engine(), glucose(0, "2.2")
    chain.store(sugar)
    settle(engine, at(0))
    assert [each.is_open for each in chain.episodes("a")] == [True]
    correct(chain.tables.connection, key_of(sugar), Correction(quality="control_solution"), said(10))
    settle(engine, at(10))
    assert [each.is_open for each in chain.episodes("a")] == [False]


def test_a_doubted_value_that_a_person_calls_good_is_judged_as_good(chain: Chain) -> None:
    engine, sugar = chain.engine(), glucose(0, "14.0")
    chain.store(sugar)
    settle(engine, at(0))
    correct(chain.tables.connection, key_of(sugar), Correction(meal="post_meal"), said(10))
    settle(engine, at(10))
    assert standing(chain, "a") == [("glucose_high", Level.HIGH, False, True)]


def test_an_equal_reading_that_is_one_of_its_own_confirms(chain: Chain) -> None:
    engine = chain.engine()
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
        settle(engine, at(minutes))
    key = like.meter.key, UUID(int=2, version=4)
    correct(chain.tables.connection, key, Correction(is_duplicate=False), said(3))
    settle(engine, at(3))
    (episode,) = chain.episodes("a")
    assert (episode.confirmed_by, episode.confirmed_at) == ("repeat", at(1.5))
