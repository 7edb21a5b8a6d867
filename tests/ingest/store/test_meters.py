"""The meters as the stored readings tell of them, each counted once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import psycopg
from msgspec.structs import replace

from device_drivers.wire.reading import Reading
from ingest.fleet import registry
from ingest.store import meters
from tests.ingest.making import CUFF, NOON, Gateway, make_reading
from tests.ingest.store.tables import Tables

LATER = NOON + timedelta(hours=1)


def advance(tables: Tables, *, most: int = 1000) -> None:
    """The test's own database, yet others on the server hold the horizon for moments."""
    while meters.advance(tables.connection, most=most):
        pass


def failed(number: int) -> Reading:
    return replace(make_reading(number), quality="device_error")


def bound(tables: Tables) -> Gateway:
    gateway = Gateway()
    tables.bind(gateway, CUFF.key, uuid4())
    return gateway


def test_a_meter_is_known_by_its_newest_reading(tables: Tables) -> None:
    gateway = bound(tables)
    tables.send(gateway, gateway.seal(replace(make_reading(2), battery=40), make_reading(1)), now=LATER)
    advance(tables)
    assert tables.all("select key, kind, model, gateway, heard_at, battery, readings, errors, failing"
                      " from ingest.meter") == [
        (CUFF.key, "blood_pressure", "Cuff", gateway.gateway, NOON + timedelta(minutes=2), 40, 2, 0, 0)
    ]  # fmt: skip


def test_errors_in_a_row_are_counted_since_the_last_good_reading(tables: Tables) -> None:
    gateway = bound(tables)
    tables.send(gateway, gateway.seal(failed(1), make_reading(2), failed(3)), now=LATER)
    advance(tables)
    tables.send(gateway, gateway.seal(failed(4), failed(5)), now=LATER)
    advance(tables)
    assert tables.all("select readings, errors, failing from ingest.meter") == [(5, 4, 3)]
    tables.send(gateway, gateway.seal(make_reading(6)), now=LATER)
    advance(tables)
    assert tables.all("select readings, errors, failing from ingest.meter") == [(6, 4, 0)]


def test_a_reading_that_is_attributed_later_is_counted_once(tables: Tables) -> None:
    gateway = Gateway()
    tables.send(gateway, gateway.seal(make_reading(1)), now=LATER)
    advance(tables)
    binding = registry.forever(1, uuid4())
    now = LATER + timedelta(minutes=1)
    registry.bind(tables.connection, home=gateway.home, meter=CUFF.key, binding=binding, now=now)
    advance(tables)
    assert tables.all("select readings from ingest.meter") == [(1,)]


def test_small_steps_come_to_the_same_as_one(tables: Tables) -> None:
    gateway = bound(tables)
    for number in range(1, 8):
        tables.send(gateway, gateway.seal(make_reading(number)), now=LATER)
    advance(tables, most=2)
    assert tables.all("select readings, heard_at from ingest.meter") == [(7, NOON + timedelta(minutes=7))]


def test_what_commits_late_is_not_passed_over(tables: Tables) -> None:
    gateway = bound(tables)
    with psycopg.connect(tables.connection.info.dsn) as other:
        other.execute("select pg_current_xact_id()")
        tables.send(gateway, gateway.seal(make_reading(1)), now=LATER)
        advance(tables)
        assert tables.count("meter") == 0
    advance(tables)
    assert tables.count("meter") == 1


def test_of_two_that_count_at_once_one_does_nothing(tables: Tables) -> None:
    with psycopg.connect(tables.connection.info.dsn) as other:
        other.execute("select from ingest.meter_cursor for update")
        assert meters.advance(tables.connection) is False
