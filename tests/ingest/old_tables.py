"""An older version of the tables, with the rows in it that it would have had. For tests of migrations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg
from msgspec.structs import replace
from psycopg import sql

import ingest.migrations
from device_drivers.wire.reading import Context
from ingest.door.enrolled import GatewayKey
from ingest.door.heartbeat import Heartbeat
from ingest.door.quarantine import of_anybody
from ingest.fleet import registry
from ingest.migrations import upgrade
from ingest.months import Month
from ingest.store import beats, heads, meters
from ingest.store.group import Group
from ingest.store.ledger import Entry
from ingest.store.months import Months
from tests.ingest.making import CUFF, NOON, Gateway, make_arrival, make_reading, make_state
from tests.ingest.series.contract import glucose
from tests.ingest.store.tables import Row, Tables

_SCRIPTS = Path(ingest.migrations.__file__).parent / "versions"
OLDER: Final = sorted(script.stem[:4] for script in _SCRIPTS.glob("0*.py"))[:-1]
"""Every version but the newest."""

_TABLES: Final = """
select relname from pg_class
where relnamespace = 'ingest'::regnamespace and relkind in ('r', 'p') and not relispartition
  and relname <> 'alembic_version' order by relname
"""

_COLUMNS: Final = """
select column_name from information_schema.columns
where table_schema = %s and table_name = %s order by ordinal_position
"""


def fill(tables: Tables) -> Gateway:
    """A home as it lives: readings owned, unowned and revised, twins, resends, a hole, quarantine, state."""
    gateway = Gateway()
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    binding = registry.forever(1, uuid4())
    registry.bind(tables.connection, home=gateway.home, meter=CUFF.key, binding=binding, now=NOON)
    sugar = glucose(NOON, number=7)
    batches = [
        gateway.seal(make_reading(1), make_reading(2, user=4), sugar),
        gateway.seal(make_arrival(), make_arrival()),
        gateway.seal_body(b"{}"),
        gateway.seal(make_reading(3)),
        gateway.seal(replace(sugar, context=Context(meal="fasting"))),
    ]
    tables.send(gateway, *batches[:3])
    tables.send(gateway, batches[0], *batches[4:])
    tables.store.commit(Group([], [of_anybody(b"anything", "forged", None)]), NOON)
    beat = Heartbeat(make_state(gateway), GatewayKey(gateway.public))
    with tables.connection.cursor() as cursor:
        heads.note(cursor, [beat], Entry(NOON, 1))
        beats.note(cursor, [beat], NOON)
    meters.advance(tables.connection)
    return gateway


def keep(connection: psycopg.Connection) -> None:
    """Copy all tables out of the way."""
    connection.execute("create schema kept")
    for table in tables_of(connection):
        connection.execute(sql.SQL("create table kept.{0} as select * from ingest.{0}").format(_named(table)))


def go_back(connection: psycopg.Connection, url: str, version: str) -> dict[str, list[str]]:
    """The tables of an older version, with what of the kept rows they can hold; their columns."""
    connection.execute("drop schema ingest cascade")
    upgrade(url, version)
    Months().ensure(connection, [Month.of(NOON)])
    connection.execute("set session_replication_role = replica")
    for table in tables_of(connection):
        values = {"table": _named(table), "columns": _listed(_columns(connection, table))}
        connection.execute(sql.SQL("delete from ingest.{table}").format(**values))
        connection.execute(
            sql.SQL(
                "insert into ingest.{table} ({columns}) overriding system value"
                " select {columns} from kept.{table}"
            ).format(**values)
        )
    connection.execute("set session_replication_role = default")
    return {table: _columns(connection, table) for table in tables_of(connection)}


def tables_of(connection: psycopg.Connection) -> list[str]:
    return [name for (name,) in connection.execute(_TABLES)]


def rows(connection: psycopg.Connection, schema: str, table: str, columns: Sequence[str]) -> list[Row]:
    """All of a table, in some columns."""
    statement = sql.SQL("select {columns} from {table}").format(
        columns=_listed(columns), table=sql.Identifier(schema, table)
    )
    return sorted(connection.execute(statement).fetchall(), key=repr)


def _columns(connection: psycopg.Connection, table: str) -> list[str]:
    """Those that a table has as it stands and as it was kept."""
    found = [
        [name for (name,) in connection.execute(_COLUMNS, (schema, table))] for schema in ("ingest", "kept")
    ]
    return [name for name in found[0] if name in found[1]]


def _listed(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(_named, columns))


def _named(name: str) -> sql.Identifier:
    return sql.Identifier(name)
