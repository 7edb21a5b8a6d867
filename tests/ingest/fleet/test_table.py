"""The fleet as a table on a real database: what stands in a row, what is wrong there, and who may ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from device_drivers.wire.reading import ClockEvidence, Reading
from device_drivers.wire.state import State
from ingest.door.enrolled import GatewayKey
from ingest.door.heartbeat import Heartbeat
from ingest.fleet import gateway_page, places, registry
from ingest.fleet.table import FleetRow, Which, fleet, tally
from ingest.store import beats, meters
from tests.ingest.making import CUFF, NOON, Gateway, make_reading, make_state
from tests.ingest.store.tables import Tables

LATER = NOON + timedelta(hours=1)
EVERYBODY = Which()


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()


def enrolled(tables: Tables) -> Gateway:
    gateway = Gateway()
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    return gateway


def hear(tables: Tables, state: State, now: datetime = NOON) -> None:
    with tables.connection.cursor() as cursor:
        beats.note(cursor, [Heartbeat(state, GatewayKey(""))], now)


def measure(tables: Tables, gateway: Gateway, *readings: Reading) -> None:
    tables.send(gateway, gateway.seal(*readings), now=LATER)
    while meters.advance(tables.connection):
        pass


def only(tables: Tables) -> FleetRow:
    (row,) = fleet(tables.connection, EVERYBODY, now=LATER)
    return row


def troubles(tables: Tables) -> tuple[str, ...]:
    return only(tables).troubles


def test_a_row_says_how_gateway_and_meter_are_and_whose(tables: Tables) -> None:
    gateway, resident = enrolled(tables), uuid4()
    tables.bind(gateway, CUFF.key, resident)
    hear(tables, replace(make_state(gateway), unsent=2, version="0.9"))
    measure(
        tables,
        gateway,
        replace(make_reading(1), battery=55),
        replace(make_reading(2), quality="device_error"),
    )
    row = only(tables)
    assert (row.gateway.gateway, row.gateway.heard_at, row.gateway.version, row.gateway.unsent) == (
        gateway.gateway, NOON, "0.9", 2
    )  # fmt: skip
    assert row.meter is not None
    assert (row.meter.key, row.meter.model, row.meter.residents, row.meter.heard_at) == (
        CUFF.key, "Cuff", (resident,), NOON + timedelta(minutes=2)
    )  # fmt: skip
    assert (row.meter.battery, row.meter.error_rate) == (80, 0.5)
    assert row.troubles == ()


def test_a_gateway_that_never_spoke_has_a_row_of_its_own(tables: Tables) -> None:
    enrolled(tables)
    row = only(tables)
    assert (row.meter, row.gateway.heard_at, row.troubles) == (None, None, ("never_heard",))


def test_a_meter_that_is_bound_and_never_measured_is_seen_once_in_a_home_with_two_gateways(
    tables: Tables,
) -> None:
    gateway, second = enrolled(tables), Gateway()
    registry.enrol(tables.connection, second.gateway, public=second.public, home=gateway.home, now=NOON)
    tables.bind(gateway, CUFF.key, uuid4())
    tables.bind(gateway, CUFF.key, uuid4(), slot=2)
    rows = fleet(tables.connection, EVERYBODY, now=LATER)
    assert [row.meter.key for row in rows if row.meter] == [CUFF.key]
    assert [row.meter.error_rate for row in rows if row.meter] == [None]
    assert tally(tables.connection, EVERYBODY, now=LATER).troubles["never_measured"] == 1


def test_a_clock_that_is_off_a_backlog_a_weak_battery_and_errors_in_a_row_are_troubles(
    tables: Tables,
) -> None:
    gateway = enrolled(tables)
    hear(tables, replace(make_state(gateway), clock="unsynced", oldest_unsent_s=1000))
    measure(
        tables, gateway, *(replace(make_reading(n), quality="device_error", battery=10) for n in (1, 2, 3))
    )
    assert troubles(tables) == ("gateway_clock", "backlog", "low_battery", "failing")


def test_a_synchronised_clock_far_from_ours_is_a_trouble_too(tables: Tables) -> None:
    hear(tables, replace(make_state(enrolled(tables)), at=NOON + timedelta(hours=3)))
    assert troubles(tables) == ("gateway_clock",)


def test_a_certificate_that_ends_soon_is_a_trouble(tables: Tables) -> None:
    gateway = enrolled(tables)
    hear(tables, make_state(gateway))
    soon = LATER + timedelta(days=13)
    registry.certify(tables.connection, gateway.gateway, b"der", issued_at=NOON, expires_at=soon)
    assert troubles(tables) == ("certificate",)


def test_with_a_revoked_gateway_nothing_else_is_wrong(tables: Tables) -> None:
    gateway = enrolled(tables)
    hear(tables, replace(make_state(gateway), clock="unsynced"))
    registry.revoke(tables.connection, gateway.gateway, now=LATER)
    assert troubles(tables) == ("revoked",)


def test_pages_of_the_table_hold_each_row_once(tables: Tables) -> None:
    gateway = enrolled(tables)
    enrolled(tables)
    measure(tables, gateway, make_reading(1), make_reading(1, meter=replace(CUFF, key="BP-2")))
    whole = fleet(tables.connection, EVERYBODY, now=LATER)
    paged: list[FleetRow] = []
    while page := fleet(
        tables.connection, EVERYBODY, now=LATER, most=1, after=paged[-1].place if paged else None
    ):
        paged += page
    assert paged == whole
    assert len(whole) == 3


def test_only_the_rows_of_ones_institutions_are_seen(tables: Tables) -> None:
    house, gateway = uuid4(), enrolled(tables)
    enrolled(tables)
    places.place_region(tables.connection, "310107", name="普陀区")
    places.place_institution(tables.connection, house, region="310107")
    places.place_home(tables.connection, gateway.home, institution=house)

    def seen(*institutions: UUID) -> list[UUID]:
        rows = fleet(tables.connection, Which(institutions), now=LATER)
        return [row.gateway.gateway for row in rows]

    assert (seen(house), seen(uuid4()), seen()) == ([gateway.gateway], [], [])
    assert tally(tables.connection, Which(()), now=LATER).gateways == 0
    foreign = Which((uuid4(),), gateway=gateway.gateway)
    assert gateway_page.one(tables.connection, foreign, now=LATER) is None


def test_rows_are_asked_for_by_trouble_and_the_sums_stay(tables: Tables) -> None:
    gateway = enrolled(tables)
    hear(tables, make_state(gateway))
    silent = enrolled(tables)
    asked = Which(trouble="never_heard")
    assert [row.gateway.gateway for row in fleet(tables.connection, asked, now=LATER)] == [silent.gateway]
    assert tally(tables.connection, asked, now=LATER).gateways == 2


def test_a_gateways_page_holds_its_keys_and_certificates(tables: Tables) -> None:
    gateway = enrolled(tables)
    mark = registry.certify(
        tables.connection, gateway.gateway, b"der", issued_at=NOON, expires_at=NOON + timedelta(days=365)
    )
    registry.revoke(tables.connection, gateway.gateway, now=LATER)
    page = gateway_page.one(tables.connection, Which(gateway=gateway.gateway), now=LATER)
    assert page is not None
    assert [(key.public, key.claim, key.revoked_at) for key in page.keys] == [(gateway.public, 1, LATER)]
    assert [(each.fingerprint, each.revoked_at) for each in page.certificates] == [(mark, LATER)]
    assert page.silences == ()


def clock(offset_s: int) -> ClockEvidence:
    return ClockEvidence(meter_clock="", read_at=NOON, offset_s=offset_s)


def test_a_meters_clock_is_compared_with_those_of_its_region(tables: Tables) -> None:
    gateway = enrolled(tables)
    hear(tables, make_state(gateway))
    measure(tables, gateway, replace(make_reading(1), clock=clock(-8 * 3600 - 90)))
    row = only(tables)
    assert row.meter is not None
    assert (row.meter.clock_offset_s, row.troubles) == (90, ())
    measure(tables, gateway, replace(make_reading(2), clock=clock(0)))
    assert troubles(tables) == ("meter_clock",)
