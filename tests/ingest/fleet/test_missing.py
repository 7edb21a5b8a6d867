"""Missing measurements on a real database: what tells the causes apart is found where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from device_drivers.wire.state import State
from ingest.desk import reading as reading_desk
from ingest.door.enrolled import GatewayKey
from ingest.door.heartbeat import Heartbeat
from ingest.fleet import registry
from ingest.fleet.missing import Kind, missing
from ingest.fleet.round import walk
from ingest.store import beats, meters
from ingest.store.steps import Deed
from ingest.watch.absence import Missing
from tests.ingest.making import CUFF, NOON, Gateway, make_reading, make_state
from tests.ingest.store.tables import Tables

DAY = timedelta(days=1)
NOW = NOON + DAY
MINUTE = timedelta(minutes=1)


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()


def home(tables: Tables) -> tuple[Gateway, UUID]:
    """A gateway, heard just now, and a resident with a meter there."""
    gateway, resident = Gateway(), uuid4()
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    tables.bind(gateway, CUFF.key, resident)
    hear(tables, replace(make_state(gateway), at=NOW))
    return gateway, resident


def hear(tables: Tables, state: State) -> None:
    with tables.connection.cursor() as cursor:
        beats.note(cursor, [Heartbeat(state, GatewayKey(""))], state.at)


def watch(tables: Tables) -> None:
    for minute in range(30, -1, -1):
        walk(tables.connection, NOW - minute * MINUTE, is_listening=True)


def why(tables: Tables, resident: UUID, *, kind: Kind | None = None) -> Missing | None:
    found = missing(tables.connection, [resident], since=NOON, now=NOW, kind=kind)
    return found.get(resident)


def test_who_measured_is_not_missing_but_of_another_kind_may_be(tables: Tables) -> None:
    gateway, resident = home(tables)
    watch(tables)
    tables.send(gateway, gateway.seal(make_reading(5)), now=NOW)
    while meters.advance(tables.connection):
        pass
    assert why(tables, resident) is None
    assert why(tables, resident, kind="glucose") == Missing("unbound", "steward")


def test_where_all_is_heard_and_nothing_came_it_is_the_residents(tables: Tables) -> None:
    _, resident = home(tables)
    watch(tables)
    assert why(tables, resident) == Missing("resident", "care")


def test_a_gateway_that_was_silent_most_of_the_day_and_is_back_explains_it(tables: Tables) -> None:
    gateway, resident = home(tables)
    watch(tables)
    tables.connection.execute(
        "with outage as (insert into ingest.ticket (cause, subject, since, opened_at, closed_at)"
        " values ('network', 'telecom/*', %(since)s, %(since)s, %(until)s) returning id)"
        " insert into ingest.gateway_silence (gateway, ticket, since, until)"
        " select %(gateway)s, id, %(since)s, %(until)s from outage",
        {"gateway": gateway.gateway, "since": NOON - DAY, "until": NOON + 0.6 * DAY},
    )
    assert why(tables, resident) == Missing("network", "operations", None, NOON - DAY)


def test_a_gateway_that_never_spoke_or_was_revoked_is_a_technicians(tables: Tables) -> None:
    gateway, resident = home(tables)
    watch(tables)
    registry.revoke(tables.connection, gateway.gateway, now=NOON)
    assert why(tables, resident) == Missing("gateway", "technician", str(gateway.gateway), NOON)
    tables.connection.execute("update ingest.gateway_key set revoked_at = null")
    tables.connection.execute("delete from ingest.gateway_state")
    assert why(tables, resident) == Missing("gateway", "technician", str(gateway.gateway))


def test_a_gateway_that_does_not_get_its_readings_through_is_a_technicians(
    tables: Tables,
) -> None:
    gateway, resident = home(tables)
    hear(tables, replace(make_state(gateway), at=NOW + MINUTE, oldest_unsent_s=1000))
    watch(tables)
    assert why(tables, resident) == Missing("gateway", "technician", str(gateway.gateway))


def test_a_reading_without_an_owner_is_the_stewards_until_it_is_dismissed(tables: Tables) -> None:
    gateway, resident = home(tables)
    watch(tables)
    tables.send(gateway, gateway.seal(make_reading(5, user=2)), now=NOW)
    assert why(tables, resident) == Missing("unattributed", "steward")
    deed = Deed("steward 7", "a visitor", NOW)
    reading_desk.dismiss(tables.connection, (CUFF.key, make_reading(5).reading_id), deed)
    assert why(tables, resident) == Missing("resident", "care")


def test_a_meter_that_only_fails_is_a_technicians(tables: Tables) -> None:
    gateway, resident = home(tables)
    watch(tables)
    failed = [replace(make_reading(number), quality="device_error") for number in (1, 2, 3)]
    tables.send(gateway, gateway.seal(*failed), now=NOW)
    while meters.advance(tables.connection):
        pass
    assert why(tables, resident) == Missing("meter", "technician", CUFF.key, NOON + 3 * MINUTE)


def test_without_rounds_nobody_knows_and_it_is_ours(tables: Tables) -> None:
    _, resident = home(tables)
    assert why(tables, resident) == Missing("platform", "operations", "*")
    assert missing(tables.connection, [uuid4()], since=NOON, now=NOW).popitem()[1].cause == "unbound"
