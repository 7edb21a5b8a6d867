"""Enrolling, revoking and binding on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from ingest.door.attribution import Binding
from ingest.door.enrolled import GatewayKey
from ingest.fleet import registry
from tests.ingest.making import CUFF, NOON, Gateway, make_reading
from tests.ingest.store.tables import Tables


@pytest.fixture
def tables(database_url: str) -> Iterator[Tables]:
    tables = Tables.at(database_url)
    yield tables
    tables.connection.close()


def enrol(tables: Tables, gateway: Gateway) -> None:
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)


def bind(tables: Tables, gateway: Gateway, binding: Binding) -> int:
    return registry.bind(tables.connection, home=gateway.home, meter=CUFF.key, binding=binding, now=NOON)


def test_an_enrolled_gateway_is_in_the_fleet(tables: Tables) -> None:
    gateway = Gateway()
    enrol(tables, gateway)
    assert registry.fleet(tables.connection) == {gateway.gateway: gateway.enrolled()}


def test_enrolling_the_same_key_again_changes_nothing(tables: Tables) -> None:
    gateway = Gateway()
    enrol(tables, gateway)
    enrol(tables, gateway)
    assert registry.fleet(tables.connection)[gateway.gateway].keys == (GatewayKey(gateway.public),)


def test_another_key_is_another_claim_and_the_old_one_stays_good_for_what_it_sealed(tables: Tables) -> None:
    first = Gateway()
    second = Gateway(gateway=first.gateway, home=first.home)
    enrol(tables, first)
    enrol(tables, second)
    assert registry.fleet(tables.connection)[first.gateway].keys == (
        GatewayKey(second.public, claim=2),
        GatewayKey(first.public, claim=1),
    )


def test_a_revoked_gateway_stays_known_as_revoked(tables: Tables) -> None:
    gateway = Gateway()
    enrol(tables, gateway)
    assert registry.revoke(tables.connection, gateway.gateway, now=NOON) == 1
    assert registry.fleet(tables.connection) == {gateway.gateway: gateway.enrolled(revoked=True)}


def test_a_revoked_key_cannot_be_enrolled_again(tables: Tables) -> None:
    gateway = Gateway()
    enrol(tables, gateway)
    registry.revoke(tables.connection, gateway.gateway, now=NOON)
    with pytest.raises(registry.RegistryError, match="revoked"):
        enrol(tables, gateway)


def test_a_slot_that_belongs_to_another_is_not_rebound_in_silence(tables: Tables) -> None:
    gateway = Gateway()
    bind(tables, gateway, registry.forever(1, UUID(int=1)))
    with pytest.raises(registry.RegistryError, match="since when"):
        bind(tables, gateway, registry.forever(1, UUID(int=2)))


def test_binding_a_slot_attributes_the_readings_that_waited_for_it(tables: Tables) -> None:
    gateway, resident = Gateway(), uuid4()
    tables.send(gateway, gateway.seal(make_reading(1, user=1), make_reading(2, user=2)))
    assert bind(tables, gateway, registry.forever(1, resident)) == 1
    assert tables.all("select resident, attributed_by from ingest.readings") == [(resident, "binding")]
    assert tables.count("unattributed") == 1


def test_a_new_owner_ends_the_old_ones_binding_and_takes_nothing_from_before(tables: Tables) -> None:
    gateway, old, new = Gateway(), UUID(int=1), UUID(int=2)
    bind(tables, gateway, registry.forever(1, old))
    bind(tables, gateway, Binding(1, new, NOON + timedelta(minutes=10)))
    tables.send(gateway, gateway.seal(make_reading(5), make_reading(15)), now=NOON + timedelta(hours=1))
    assert tables.all("select resident from ingest.readings order by taken_at") == [(old,), (new,)]
