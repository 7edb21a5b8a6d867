"""What was revoked stays revoked, whatever a restored database believes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.fleet import registry
from ingest.lineage import revocations
from ingest.lineage.revocations import Revoked, gather, read_revoked, without
from tests.ingest.making import NOON, Gateway
from tests.ingest.store.tables import Tables

LATER = NOON + timedelta(days=1)


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()


def enrol(tables: Tables, gateway: Gateway) -> None:
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)


def in_force(tables: Tables, folder: Path, gateway: Gateway) -> list[str]:
    fleet = without(registry.fleet(tables.connection), read_revoked(folder))
    return [key.public for key in fleet[gateway.gateway].keys if not key.revoked]


def test_a_key_on_the_list_is_revoked_though_the_database_does_not_know(
    tables: Tables, tmp_path: Path
) -> None:
    thief, honest = Gateway(), Gateway()
    enrol(tables, thief)
    enrol(tables, honest)
    revocations.note(tables.connection, tmp_path, thief.gateway, LATER)
    assert in_force(tables, tmp_path, thief) == []
    assert in_force(tables, tmp_path, honest) == [honest.public]


def test_the_list_only_grows_and_keeps_the_first_moment(tables: Tables, tmp_path: Path) -> None:
    first, second = Gateway(), Gateway()
    for gateway in (first, second):
        enrol(tables, gateway)
    revocations.note(tables.connection, tmp_path, first.gateway, NOON)
    revocations.note(tables.connection, tmp_path, first.gateway, LATER)
    revocations.note(tables.connection, tmp_path, second.gateway, LATER)
    assert read_revoked(tmp_path).keys == {first.public: NOON, second.public: LATER}


def test_a_restored_database_is_told_again_and_then_refuses_to_enrol_the_key(
    tables: Tables, tmp_path: Path
) -> None:
    gateway = Gateway()
    enrol(tables, gateway)
    certificate = registry.certify(
        tables.connection, gateway.gateway, b"DER", issued_at=NOON, expires_at=LATER
    )
    revocations.note(tables.connection, tmp_path, gateway.gateway, NOON)
    revocations.repeat(tables.connection, read_revoked(tmp_path))
    assert tables.all("select revoked_at from ingest.gateway_key") == [(NOON,)]
    assert tables.all("select revoked_at from ingest.gateway_certificate") == [(NOON,)]
    assert read_revoked(tmp_path).certificates == {certificate: NOON}


def test_without_a_list_the_fleet_is_what_the_database_says(tables: Tables, tmp_path: Path) -> None:
    gateway = Gateway()
    enrol(tables, gateway)
    fleet = registry.fleet(tables.connection)
    assert without(fleet, read_revoked(tmp_path)) is fleet
    assert without(fleet, Revoked({"another": NOON})) == fleet


def test_what_was_revoked_in_the_database_alone_enters_the_file(tables: Tables, tmp_path: Path) -> None:
    """Stewards' pages know no folder; a restore must not undo what they did."""
    gateway = Gateway()
    enrol(tables, gateway)
    gather(tmp_path, tables.connection, NOON)
    assert read_revoked(tmp_path).keys == {}
    registry.revoke(tables.connection, gateway.gateway, now=NOON)
    gather(tmp_path, tables.connection, NOON)
    assert read_revoked(tmp_path).keys == {gateway.public: NOON}
