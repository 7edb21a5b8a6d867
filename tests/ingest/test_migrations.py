"""A newer version of the tables, over one that holds readings."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from ingest.migrations import upgrade
from tests.ingest.making import CUFF, NOON, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables


def test_the_newest_readings_are_found_among_those_that_were_stored_before(either_database_url: str) -> None:
    tables = Tables.at(either_database_url)
    gateway = Gateway()
    tables.bind(gateway, CUFF.key, uuid4())
    readings = [make_reading(number) for number in range(1, 6)]
    tables.send(gateway, gateway.seal_body(make_body(*readings)), now=NOON + timedelta(hours=1))
    noted = tables.all("select * from ingest.latest")
    # As version 1 left the tables: version 2 only adds this one.
    tables.connection.execute("drop table ingest.latest")
    tables.connection.execute("update ingest.alembic_version set version_num = '0001'")
    upgrade(either_database_url)
    assert tables.all("select * from ingest.latest") == noted
    assert len(noted) == 1
    tables.connection.close()


def test_an_upgrade_of_the_newest_tables_changes_nothing(either_database_url: str) -> None:
    tables = Tables.at(either_database_url)
    before = tables.all("select * from ingest.alembic_version")
    upgrade(either_database_url)
    assert tables.all("select * from ingest.alembic_version") == before
    tables.connection.close()
