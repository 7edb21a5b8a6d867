"""Which reading is the newest of a resident, whatever order they come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from device_drivers.wire.reading import Reading
from ingest.fleet import registry
from tests.ingest.making import CUFF, NOON, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables

HOURS = [
    replace(make_reading(n), heard=replace(make_reading(n).heard, at=NOON + timedelta(hours=n)))
    for n in (1, 2, 3)
]


def newest(tables: Tables) -> object:
    return tables.one("select reading_id from ingest.latest")


@pytest.mark.parametrize("order", list(permutations(HOURS)))
def test_the_newest_measured_stays_the_newest_in_any_order(
    tables: Tables, order: tuple[Reading, ...]
) -> None:
    gateway = Gateway()
    tables.bind(gateway, CUFF.key, uuid4())
    for reading in order:
        tables.send(gateway, gateway.seal_body(make_body(reading)), now=NOON + timedelta(hours=5))
    assert newest(tables) == HOURS[-1].reading_id


def test_one_group_notes_the_newest_of_each_resident(tables: Tables) -> None:
    homes = [(Gateway(), uuid4()) for _ in range(3)]
    for gateway, resident in homes:
        tables.bind(gateway, CUFF.key, resident)
    for gateway, _ in homes:
        tables.send(gateway, gateway.seal_body(make_body(*HOURS)), now=NOON + timedelta(hours=5))
    # The same record in three homes is one reading: it stays with the first who sent it.
    assert tables.all("select resident from ingest.latest") == [(homes[0][1],)]


def test_a_repeat_of_a_reading_changes_nothing(tables: Tables) -> None:
    gateway = Gateway()
    tables.bind(gateway, CUFF.key, uuid4())
    for _ in range(2):
        tables.send(gateway, gateway.seal_body(make_body(HOURS[0])), now=NOON + timedelta(hours=5))
    assert newest(tables) == HOURS[0].reading_id
    assert tables.count("latest") == 1


def test_what_waited_for_its_owner_becomes_the_newest_when_it_has_one(tables: Tables) -> None:
    gateway, resident = Gateway(), uuid4()
    tables.send(gateway, gateway.seal_body(make_body(*HOURS)), now=NOON + timedelta(hours=5))
    assert tables.count("latest") == 0
    binding = registry.forever(1, resident)
    now = NOON + timedelta(days=1)
    registry.bind(tables.connection, home=gateway.home, meter=CUFF.key, binding=binding, now=now)
    assert newest(tables) == HOURS[-1].reading_id


def test_a_reading_that_turns_out_to_be_a_meters_error_is_the_newest_no_more(tables: Tables) -> None:
    gateway = Gateway()
    tables.bind(gateway, CUFF.key, uuid4())
    tables.send(gateway, gateway.seal_body(make_body(*HOURS)), now=NOON + timedelta(hours=5))
    heard = replace(HOURS[-1].heard, at=NOON + timedelta(hours=4))
    error = replace(HOURS[-1], quality="device_error", flags=("cuff_loose",), heard=heard)
    tables.send(gateway, gateway.seal_body(make_body(error)), now=NOON + timedelta(hours=6))
    assert newest(tables) == HOURS[1].reading_id


def test_two_groups_that_meet_keep_the_newer(tables: Tables) -> None:
    """The one that commits last noted the older one."""
    gateway, resident = Gateway(), UUID(int=7)
    tables.bind(gateway, CUFF.key, resident)
    tables.send(gateway, gateway.seal_body(make_body(HOURS[2])), now=NOON + timedelta(hours=5))
    tables.send(gateway, gateway.seal_body(make_body(HOURS[0])), now=NOON + timedelta(hours=6))
    assert tables.one("select taken_at from ingest.latest") == datetime(2026, 3, 5, 15, tzinfo=UTC)
