"""A newer version of the tables, over each older one that holds what it would have held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest

from ingest.desk.revision import reattribute
from ingest.lineage.life import FIRST
from ingest.loss.statement import state
from ingest.migrations import upgrade
from ingest.store.history import history
from ingest.store.steps import Deed
from tests.conftest import fresh
from tests.ingest.making import CUFF, NOON, Gateway, make_reading
from tests.ingest.old_tables import OLDER, fill, go_back, keep, rows
from tests.ingest.store.tables import Row, Tables

_SHAPE = """
select table_name, column_name, data_type, is_nullable, column_default, is_identity
from information_schema.columns
where table_schema = 'ingest' and table_name not like 'readings_2%' order by 1, 2
"""

_INDEXES = """
select indexname, replace(indexdef, ' ONLY', '') from pg_indexes
where schemaname = 'ingest' and tablename not like 'readings_2%' order by 1
"""

_CHECKS = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
where connamespace = 'ingest'::regnamespace and conrelid::regclass::text not like 'ingest.readings_2%'
order by 1, 2
"""


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()


@dataclass(frozen=True)
class Upgraded:
    """Tables that were of an older version, `there`, with what `gateway` sent; and how they were new."""

    tables: Tables
    gateway: Gateway
    new: list[list[Row]]
    said: int
    there: dict[str, list[str]]


@pytest.fixture(scope="module", params=product(["postgres", "postgres_15"], OLDER), ids="-".join)
def upgraded(request: pytest.FixtureRequest) -> Iterator[Upgraded]:
    """One for all tests of a version: filling and upgrading it is what costs."""
    server, version = request.param
    with fresh(request.getfixturevalue(server)) as url:
        tables = Tables.at(url)
        with tables.connection:
            new, gateway = shape(tables), fill(tables)
            said = missing(tables, gateway)
            keep(tables.connection)
            there = go_back(tables.connection, url, version)
            upgrade(url)
            yield Upgraded(tables, gateway, new, said, there)


def test_an_upgraded_database_has_the_tables_of_a_new_one(upgraded: Upgraded) -> None:
    assert shape(upgraded.tables) == upgraded.new


def test_an_upgrade_keeps_every_row_and_goes_on_from_there(upgraded: Upgraded) -> None:
    tables, there = upgraded.tables, upgraded.there
    assert [table for table, columns in there.items() if not is_as_kept(tables, table, columns)] == []
    assert missing(tables, upgraded.gateway) == upgraded.said == 1
    goes_on(tables, upgraded.gateway)


def missing(tables: Tables, gateway: Gateway) -> int:
    return state(history(tables.connection, gateway.gateway, FIRST)).missing


def is_as_kept(tables: Tables, table: str, columns: list[str]) -> bool:
    now, then = (rows(tables.connection, schema, table, columns) for schema in ("ingest", "kept"))
    return now == then


def goes_on(tables: Tables, gateway: Gateway) -> None:
    """What was stored is known, what is new is stored, and what is wrong can be put right."""
    before = tables.count("readings") + tables.count("unattributed")
    tables.send(gateway, gateway.seal(make_reading(1), make_reading(2, user=4)), now=NOON + timedelta(1))
    assert tables.count("readings") + tables.count("unattributed") == before
    tables.send(gateway, gateway.seal(make_reading(50)), now=NOON + timedelta(1))
    deed, other = Deed("steward-1", "his wife's", NOON + timedelta(1)), uuid4()
    reattribute(tables.connection, (CUFF.key, make_reading(50).reading_id), other, deed)
    newest = tables.all("select resident, reading_id from ingest.latest")
    assert (other, make_reading(50).reading_id) in newest


def shape(tables: Tables) -> list[list[Row]]:
    return [tables.all(query) for query in (_SHAPE, _INDEXES, _CHECKS)]


def test_the_newest_readings_are_found_among_those_that_were_stored_before(
    tables: Tables, either_database_url: str
) -> None:
    fill(tables)
    noted = sorted(tables.all("select * from ingest.latest"), key=repr)
    keep(tables.connection)
    go_back(tables.connection, either_database_url, "0001")
    upgrade(either_database_url)
    assert sorted(tables.all("select * from ingest.latest"), key=repr) == noted
    assert len(noted) == 2


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
