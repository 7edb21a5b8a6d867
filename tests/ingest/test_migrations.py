"""A newer version of the tables, over one that holds readings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from ingest.migrations import upgrade
from ingest.store.months import Month, Months
from tests.ingest.making import CUFF, NOON, Gateway, make_body, make_reading
from tests.ingest.store.tables import Row, Tables

_COLUMNS = """
select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns
where table_schema = 'ingest' and table_name = 'readings'
"""


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()


def as_version_1_left_it(tables: Tables, url: str) -> list[Row]:
    """The first tables with readings in them, and what the newest ones say is the newest of these."""
    gateway = Gateway()
    tables.bind(gateway, CUFF.key, uuid4())
    readings = [make_reading(number) for number in range(1, 6)]
    tables.send(gateway, gateway.seal_body(make_body(*readings)), now=NOON + timedelta(hours=1))
    noted = tables.all("select * from ingest.latest")
    tables.connection.execute("create table public.kept as select * from ingest.readings")
    tables.connection.execute("drop schema ingest cascade")
    upgrade(url, "0001")
    Months().ensure(tables.connection, [Month.of(NOON)])
    columns = tables.one(_COLUMNS)
    tables.all(f"insert into ingest.readings ({columns}) select {columns} from public.kept returning 1")  # noqa: S608 - our own columns
    return noted


def test_the_newest_readings_are_found_among_those_that_were_stored_before(
    tables: Tables, either_database_url: str
) -> None:
    noted = as_version_1_left_it(tables, either_database_url)
    upgrade(either_database_url)
    assert tables.all("select * from ingest.latest") == noted
    assert len(noted) == 1
    assert tables.count("readings") == 5


def test_an_upgraded_database_has_the_tables_of_a_new_one(tables: Tables, either_database_url: str) -> None:
    columns = """
        select table_name, column_name, data_type, is_nullable from information_schema.columns
        where table_schema = 'ingest' and table_name not like 'readings_2%' order by 1, 2
    """
    new = tables.all(columns)
    as_version_1_left_it(tables, either_database_url)
    upgrade(either_database_url)
    assert tables.all(columns) == new


def test_an_upgrade_of_the_newest_tables_changes_nothing(tables: Tables, either_database_url: str) -> None:
    before = tables.all("select * from ingest.alembic_version")
    upgrade(either_database_url)
    assert tables.all("select * from ingest.alembic_version") == before


def test_a_home_stands_for_each_gateway_and_binding_there_was(
    tables: Tables, either_database_url: str
) -> None:
    gateway, other = Gateway(), Gateway()
    tables.connection.execute("drop schema ingest cascade")
    upgrade(either_database_url, "0004")
    tables.connection.execute("insert into ingest.gateway values (%s, %s)", (gateway.gateway, gateway.home))
    tables.bind(other, CUFF.key, uuid4())
    upgrade(either_database_url)
    homes = tables.all("select id, institution from ingest.home")
    assert sorted(homes) == sorted([(gateway.home, None), (other.home, None)])
