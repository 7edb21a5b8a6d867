"""Regions, institutions and homes on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from ingest.fleet import places, registry
from ingest.fleet.places import PlaceError
from tests.ingest.making import NOON, Gateway
from tests.ingest.store.tables import Tables


@pytest.fixture
def tables(database_url: str) -> Iterator[Tables]:
    tables = Tables.at(database_url)
    yield tables
    tables.connection.close()


def institution(tables: Tables) -> UUID:
    house = uuid4()
    places.place_region(tables.connection, "310107", name="普陀区")
    places.place_institution(tables.connection, house, region="310107")
    return house


def test_a_home_belongs_to_an_institution_of_a_region(tables: Tables) -> None:
    house, home = institution(tables), uuid4()
    places.place_home(tables.connection, home, institution=house, operator="telecom")
    assert tables.all(
        "select h.id, i.region, h.operator from ingest.home h"
        " join ingest.institution i on i.id = h.institution"
    ) == [(home, "310107", "telecom")]


def test_enrolling_names_a_home_and_leaves_it_where_it_was_placed(tables: Tables) -> None:
    house, gateway = institution(tables), Gateway()
    places.place_home(tables.connection, gateway.home, institution=house)
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    assert tables.all("select id, institution from ingest.home") == [(gateway.home, house)]


@pytest.mark.parametrize("code", ["", "x" * 41])
def test_a_region_without_a_sensible_code_is_refused(tables: Tables, code: str) -> None:
    with pytest.raises(PlaceError, match="1 to 40"):
        places.place_region(tables.connection, code, name="x")


def test_an_institution_of_no_region_and_a_home_of_no_institution_are_refused(tables: Tables) -> None:
    with pytest.raises(PlaceError, match="no region"):
        places.place_institution(tables.connection, uuid4(), region="310107")
    with pytest.raises(PlaceError, match="no institution"):
        places.place_home(tables.connection, uuid4(), institution=uuid4())


def test_revoking_a_gateway_revokes_its_certificates(tables: Tables) -> None:
    gateway = Gateway()
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    year = NOON + timedelta(days=365)
    mark = registry.certify(tables.connection, gateway.gateway, b"der", issued_at=NOON, expires_at=year)
    registry.revoke(tables.connection, gateway.gateway, now=NOON + timedelta(hours=1))
    assert tables.all("select encode(fingerprint, 'hex'), revoked_at from ingest.gateway_certificate") == [
        (mark, NOON + timedelta(hours=1))
    ]
