"""What no honest meter sends, and what a broken one does: all of it has a place, and none a false one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from device_drivers.wire.reading import BloodPressure, Reading
from ingest.desk.quarantine import replay
from ingest.fleet import registry
from ingest.series.postgres import PostgresSeries
from ingest.store.months import standing
from ingest.store.steps import Deed
from tests.ingest.making import CUFF, NOON, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables

LATER = NOON + timedelta(hours=1)


def with_systolic(reading: Reading, systolic: str) -> Reading:
    assert isinstance(reading.values, BloodPressure)
    return replace(reading, values=replace(reading.values, systolic=systolic))


def send(tables: Tables, gateway: Gateway, *readings: Reading) -> None:
    sealed = gateway.seal_body(make_body(*readings))
    assert tables.send(gateway, sealed, now=LATER) == ["stored"]


def bound(tables: Tables, *gateways: Gateway) -> UUID:
    resident = uuid4()
    for gateway in gateways:
        tables.bind(gateway, CUFF.key, resident)
    return resident


@pytest.mark.parametrize("meter_time", ["0000-01-01T00:00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59"])
@pytest.mark.parametrize("heard_at", [datetime(1970, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)])
def test_a_reading_from_the_year_0_or_9999_is_stored_as_it_came_and_makes_no_month(
    tables: Tables, meter_time: str, heard_at: datetime
) -> None:
    gateway = Gateway()
    resident = bound(tables, gateway)
    tables.store.prepare(LATER)
    months = standing(tables.connection)
    like = make_reading(1)
    send(tables, gateway, replace(like, meter_time=meter_time, heard=replace(like.heard, at=heard_at)))
    assert standing(tables.connection) == months
    assert tables.all("select taken_at, method, meter_time, received_at from ingest.readings") == [
        (LATER, "arrival", meter_time, heard_at)
    ]
    series = PostgresSeries(tables.connection, ZoneInfo("Asia/Shanghai"))
    assert series.latest([resident], "blood_pressure")[resident].taken_at == LATER


def test_of_two_bodies_under_one_id_the_first_stands_and_the_other_is_evidence(tables: Tables) -> None:
    gateway, liar = Gateway(), Gateway()
    bound(tables, gateway, liar)
    true = make_reading(1)
    send(tables, gateway, true)
    send(tables, liar, with_systolic(true, "60"))
    send(tables, liar, with_systolic(true, "60"))
    assert tables.all("select systolic, revision from ingest.readings") == [(128, 0)]
    evidence = tables.all("select kind, gateway, reading_id, times, reason from ingest.quarantine")
    reason = "contradiction: other values are stored under this id"
    assert evidence == [("refused_reading", liar.gateway, true.reading_id, 2, reason)]


def test_whoever_contradicts_does_not_take_a_readings_worth(tables: Tables) -> None:
    """A later delivery may say more of a reading, but not one that says another number."""
    gateway, liar = Gateway(), Gateway()
    bound(tables, gateway, liar)
    true = make_reading(1)
    send(tables, gateway, true)
    later = replace(true.heard, at=LATER)
    send(tables, liar, replace(with_systolic(true, "60"), quality="device_error", heard=later))
    assert tables.all("select quality from ingest.readings") == [("ok",)]
    assert tables.count("latest") == 1


def test_two_bodies_under_one_id_in_one_batch_are_one_reading_and_one_piece_of_evidence(
    tables: Tables,
) -> None:
    gateway = Gateway()
    true = make_reading(1)
    send(tables, gateway, true, with_systolic(true, "60"), true)
    assert (tables.count("unattributed"), tables.count("quarantine")) == (1, 1)
    assert tables.one("select systolic from ingest.unattributed") == 128


def test_the_same_number_in_another_spelling_contradicts_nothing(tables: Tables) -> None:
    gateway = Gateway()
    send(tables, gateway, make_reading(1), with_systolic(make_reading(1), "128.0"))
    assert tables.count("quarantine") == 0


def test_a_contradiction_cannot_be_replayed_into_the_tables(tables: Tables) -> None:
    gateway = Gateway()
    who = {"public": gateway.public, "home": gateway.home}
    registry.enrol(tables.connection, gateway.gateway, **who, now=NOON)  # type: ignore[arg-type]
    send(tables, gateway, make_reading(1), with_systolic(make_reading(1), "60"))
    item = tables.one("select id from ingest.quarantine")
    assert isinstance(item, int)
    step = replay(tables.store, tables.connection, item, Deed("steward-1", "is it true?", LATER))
    assert (step.outcome, tables.count("unattributed")) == ("rejected", 1)
