"""The monthly partitions of `readings`. There is no default partition: it would block every later change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, LiteralString

from psycopg import Connection, sql

from ingest.months import Month

AHEAD: Final = 6
"""Months that stand ready after the current one."""

_LOCK: Final = 0x6865617274680002


class Months:
    """The partitions known to stand, so that a reading's month is created only when it is missing."""

    def __init__(self) -> None:
        self._standing: set[Month] = set()

    def forget(self) -> None:
        """Look again: somebody may have detached a month."""
        self._standing.clear()

    def prepare(self, connection: Connection, now: datetime) -> None:
        """Create the current month and those ahead."""
        self.ensure(connection, [Month.of(now).after(months) for months in range(AHEAD + 1)])

    def ensure(self, connection: Connection, months: Iterable[Month]) -> None:
        """Create what is missing, in a transaction of its own."""
        missing = set(months) - self._standing
        for month in sorted(missing):
            with connection.transaction():
                _create(connection, month)
            self._standing.add(month)


def lock(connection: Connection) -> None:
    """Until the transaction ends nobody else creates or sets aside a month."""
    connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))


def standing(connection: Connection) -> list[Month]:
    """The months that take readings, the oldest first."""
    found = connection.execute(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
        " where i.inhparent = 'ingest.readings'::regclass and not i.inhdetachpending order by c.relname"
    )
    return [_month_of(name) for (name,) in found]


def _month_of(table: str) -> Month:
    return Month.parse(table.removeprefix("readings_").replace("_", "-"))


def leaving(connection: Connection) -> list[Month]:
    """Months that a kill left half detached, or detached under their old name."""
    found = connection.execute(
        "select relname from pg_class c where relnamespace = 'ingest'::regnamespace and relkind = 'r'"
        " and relname ~ '^readings_[0-9]{4}_[0-9]{2}$' and not exists ("
        "     select from pg_inherits where inhrelid = c.oid and not inhdetachpending) order by relname"
    )
    return [_month_of(name) for (name,) in found]


_FINALIZE: Final[LiteralString] = "alter table ingest.readings detach partition ingest.{table} finalize"

_RENAME: Final[LiteralString] = "alter table ingest.{table} rename to {aside}"

_NOTE: Final = """
insert into ingest.retired_month (relation, month, detached_at, by, why) values (%s, %s, %s, %s, %s)
"""


def set_aside(
    connection: Connection, month: Month, now: datetime, *, by: str | None = None, why: str | None = None
) -> str | None:
    """Give a month that was detached, or half detached, a name of its own, so that its place is free; that
    name, None where there is nothing of the kind. Joins a transaction that holds the lock."""
    if connection.execute("select to_regclass(%s)", (f"ingest.{month.table}",)).fetchone() == (None,):
        return None
    (parts,) = connection.execute(
        "select count(*) from ingest.retired_month where month = %s", (month.first,)
    ).fetchall()[0]
    aside = f"retired_{month.year:04}_{month.month:02}_{parts + 1}"
    names = {"table": sql.Identifier(month.table), "aside": sql.Identifier(aside)}
    if _is_pending(connection, month):
        connection.execute(sql.SQL(_FINALIZE).format(**names))
    connection.execute(sql.SQL(_RENAME).format(**names))
    connection.execute(_NOTE, (aside, month.first, now, by, why))
    return aside


_CREATE: Final[tuple[LiteralString, ...]] = (
    "create table ingest.{table} (like ingest.readings including defaults including constraints)",
    # With the bounds as a constraint, attaching need not scan the table under its lock.
    "alter table ingest.{table} add constraint bounds check (taken_at >= {begin} and taken_at < {end})",
    "alter table ingest.readings attach partition ingest.{table} for values from ({begin}) to ({end})",
    "alter table ingest.{table} drop constraint bounds",
)


def _create(connection: Connection, month: Month) -> None:
    lock(connection)
    if _stands(connection, month):
        return
    # Somebody was killed while retiring it, and now a reading of it comes.
    set_aside(connection, month, datetime.now(UTC))
    names = {
        "table": sql.Identifier(month.table),
        "begin": sql.Literal(month.begin),
        "end": sql.Literal(month.after(1).begin),
    }
    for statement in _CREATE:
        connection.execute(sql.SQL(statement).format(**names))


def _stands(connection: Connection, month: Month) -> bool:
    return _detaching(connection, month) is False


def _is_pending(connection: Connection, month: Month) -> bool:
    return _detaching(connection, month) is True


def _detaching(connection: Connection, month: Month) -> bool | None:
    """None where it is no partition."""
    row = connection.execute(
        "select inhdetachpending from pg_inherits"
        " where inhparent = 'ingest.readings'::regclass and inhrelid = to_regclass(%s)",
        (f"ingest.{month.table}",),
    ).fetchone()
    return None if row is None else row[0]
