"""Bindings that are put right later: the readings follow by when they were taken."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from ingest.door.attribution import Binding
from ingest.fleet import registry
from ingest.fleet.registry import RegistryError
from ingest.store.group import Group, Store
from ingest.store.rebound import catch_up
from ingest.store.steps import Deed
from tests.ingest.desk.test_revision import DEED, LATER, House
from tests.ingest.making import CUFF, NOON, make_reading
from tests.ingest.store.tables import Tables, judged

EARLY, LATE = make_reading(1), make_reading(60)
BETWEEN = NOON + timedelta(minutes=30)


@pytest.fixture
def house(tables: Tables) -> House:
    house = House(tables)
    house.enrol()
    house.take(EARLY, LATE)
    return house


def test_what_was_taken_since_a_later_binding_follows_it(house: House) -> None:
    assert house.bind(Binding(1, house.other, BETWEEN)) == 1
    assert (house.seen(house.owner), house.seen(house.other)) == ([EARLY.reading_id], [LATE.reading_id])
    assert (house.newest(house.owner), house.newest(house.other)) == (EARLY.reading_id, LATE.reading_id)


def test_what_a_person_gave_away_follows_no_binding(house: House) -> None:
    house.give(LATE, house.other)
    house.give(LATE, house.owner)
    assert house.bind(Binding(1, house.other, BETWEEN)) == 0
    assert house.seen(house.owner) == [EARLY.reading_id, LATE.reading_id]


def test_a_binding_of_the_very_slot_takes_from_one_of_any_slot(tables: Tables) -> None:
    house = House(tables)
    house.enrol(bound=False)
    house.bind(registry.forever(None, house.owner))
    house.take(EARLY, make_reading(2, user=2))
    assert house.bind(Binding(1, house.other, NOON)) == 1
    assert house.seen(house.other) == [EARLY.reading_id]


def test_after_a_binding_ended_its_readings_wait_for_the_next(house: House) -> None:
    place = {"home": house.gateway.home, "meter": CUFF.key, "slot": 1}
    until = {"until": BETWEEN, "deed": Deed("steward-1", "moved out", LATER)}
    assert registry.release(house.tables.connection, **place, **until) == 1  # type: ignore[arg-type]
    assert (house.seen(house.owner), house.waiting()) == ([EARLY.reading_id], [LATE.reading_id])
    assert house.bind(Binding(1, house.other, BETWEEN)) == 1
    assert house.seen(house.other) == [LATE.reading_id]


def test_a_slot_that_belongs_to_nobody_cannot_be_released(house: House) -> None:
    with pytest.raises(RegistryError, match="nobody"):
        registry.release(
            house.tables.connection, home=house.gateway.home, meter=CUFF.key, slot=3, until=BETWEEN, deed=DEED
        )


def test_a_group_that_stored_by_what_a_binding_was_is_caught_up_with(
    tables: Tables, either_database_url: str
) -> None:
    """It had read the bindings, and committed after they had changed."""
    house, caught = House(tables), []
    house.enrol()

    def meanwhile(point: str) -> None:
        if point == "commit.before":
            house.bind(Binding(1, house.other, BETWEEN))
            caught.append(catch_up(tables.connection, LATER))

    with psycopg.connect(either_database_url, autocommit=True) as connection:
        store = Store(connection, lineage=1, region=ZoneInfo("Asia/Shanghai"), at=meanwhile)
        store.commit(Group([judged(house.gateway.seal(EARLY, LATE), house.gateway)]), LATER)
    assert (caught, house.seen(house.owner)) == ([0], [EARLY.reading_id, LATE.reading_id])
    assert catch_up(tables.connection, LATER) == 1
    assert (house.seen(house.owner), house.seen(house.other)) == ([EARLY.reading_id], [LATE.reading_id])
    assert catch_up(tables.connection, LATER) == 0
