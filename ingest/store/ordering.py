"""Puts settled months in the order of their key. Readings lie as they came: a resident's month is spread over
as many pages as there were sittings. In order it is a few.

A month is copied piece by piece in short transactions, for whoever follows the readings by a cursor waits
behind the oldest. The copy takes the month's place in one transaction, and what came meanwhile goes with it.
Whatever a kill interrupts, the next call goes on from there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, LiteralString
from uuid import UUID

from psycopg import Connection, sql

from ingest.months import Month
from ingest.retention import is_settled
from ingest.store import months

PIECE: Final = 2_000
"""Rows in one transaction."""

_KEY: Final[LiteralString] = "resident, taken_at, reading_id, revision"

_IN_ORDER: Final = """
select c.relname from pg_index x join pg_class c on c.oid = x.indrelid
where c.relnamespace = 'ingest'::regnamespace and x.indisprimary and x.indisclustered
"""

_BEGIN: Final[tuple[LiteralString, ...]] = (
    "drop table if exists ingest.{copy}",
    """create table ingest.{copy} (
        like ingest.readings including defaults including constraints including indexes
    )""",
    # With the bounds as a constraint, attaching need not scan the table under its lock.
    "alter table ingest.{copy} add constraint bounds check (taken_at >= {begin} and taken_at < {end})",
    # Says of the month that it is in order, for as long as this table stands.
    "alter table ingest.{copy} cluster on {key}",
)

_NOTE: Final = (
    "insert into ingest.ordering (month, since) values (%s, pg_snapshot_xmin(pg_current_snapshot()))"
)

_LAST: Final[LiteralString] = (
    "select {names} from ingest.{copy}"
    " order by resident desc, taken_at desc, reading_id desc, revision desc limit 1"
)

_FIRST: Final = (UUID(int=0), datetime.min.replace(tzinfo=UTC), UUID(int=0), -1)

_NEXT: Final[LiteralString] = """
select r.* from ingest.readings r
where r.taken_at >= {begin} and r.taken_at < {end}
  and ({names}) > (%s::uuid, %s::timestamptz, %s::uuid, %s::smallint)
order by {names} limit %s
"""

_FETCH: Final[LiteralString] = f"select count(kind) from ({_NEXT}) as rows"  # noqa: S608 - our own words

_COPY: Final[LiteralString] = f"insert into ingest.{{copy}} {_NEXT}"

_COUNTS: Final[LiteralString] = """
select (select count(*) from ingest.{month} where tx < %(since)s::xid8),
       (select count(*) from ingest.{copy} where tx < %(since)s::xid8)
"""

_REPLACE: Final[tuple[LiteralString, ...]] = (
    "drop table ingest.{month}",
    "alter table ingest.{copy} rename to {month}",
    "alter table ingest.readings attach partition ingest.{month} for values from ({begin}) to ({end})",
    "alter table ingest.{month} drop constraint bounds",
)

_LATECOMERS: Final[LiteralString] = """
insert into ingest.{copy}
select r.* from ingest.readings r
where r.taken_at >= {begin} and r.taken_at < {end} and r.tx >= %s::xid8
on conflict do nothing
"""

_PATIENCE: Final = "set local lock_timeout = '500ms'"
"""Whoever comes meanwhile waits behind us."""


class IncompleteError(RuntimeError):
    """The copy has not as many rows as the month: it is thrown away."""


def advance(connection: Connection, now: datetime, *, piece: int = PIECE) -> bool:
    """Do the next piece of the work, of so many rows; whether there may be more. The connection commits by
    itself.

    Raises LockNotAvailable while somebody reads on and on, and IncompleteError.
    """
    row = connection.execute("select month, since::text from ingest.ordering order by month").fetchone()
    if row is None:
        return _begin(connection, now)
    month, since = Month.of_day(row[0]), row[1]
    if month not in months.standing(connection):
        _give_up(connection, month)
    elif _copy(connection, month, piece) < piece:
        _compare(connection, month, since)
        _put_in_place(connection, month, since)
    return True


def forget(connection: Connection, month: Month) -> None:
    """Begin that month anew, if it is being copied: rows of old transactions come into it.

    Joins a transaction that holds the lock of the months."""
    connection.execute("delete from ingest.ordering where month = %s", (month.first,))


def in_order(connection: Connection) -> list[Month]:
    """The months that stand and were put in order, the oldest first."""
    tables = {table for (table,) in connection.execute(_IN_ORDER)}
    return [month for month in months.standing(connection) if month.table in tables]


def _begin(connection: Connection, now: datetime) -> bool:
    done = in_order(connection)
    due = [each for each in months.standing(connection) if is_settled(each, now) and each not in done]
    if not due:
        return False
    with connection.transaction():
        months.lock(connection)
        for statement in _BEGIN:
            connection.execute(_of(due[0], statement))
        connection.execute(_NOTE, (due[0].first,))
    return True


def _copy(connection: Connection, month: Month, piece: int) -> int:
    """How many rows came after the last one that is copied, at most a piece."""
    last = connection.execute(_of(month, _LAST)).fetchone() or _FIRST
    # Each row lies on a page of its own. Whoever only reads holds up no cursor, however slow the disk is.
    connection.execute(_of(month, _FETCH), (*last, piece))
    return connection.execute(_of(month, _COPY), (*last, piece)).rowcount


def _compare(connection: Connection, month: Month, since: str) -> None:
    ((rows, copied),) = connection.execute(_of(month, _COUNTS), {"since": since}).fetchall()
    if rows != copied:
        _give_up(connection, month)
        raise IncompleteError(f"{month}: {copied} of {rows} rows were copied; it is begun anew")


def _put_in_place(connection: Connection, month: Month, since: str) -> None:
    with connection.transaction():
        connection.execute(_PATIENCE)
        months.lock(connection)
        still = "delete from ingest.ordering where month = %s and since = %s::xid8"
        if connection.execute(still, (month.first, since)).rowcount == 0:
            return
        connection.execute("lock table ingest.readings in access exclusive mode")
        connection.execute(_of(month, _LATECOMERS), (since,))
        for statement in _REPLACE:
            connection.execute(_of(month, statement))


def _give_up(connection: Connection, month: Month) -> None:
    with connection.transaction():
        months.lock(connection)
        connection.execute(_of(month, "drop table if exists ingest.{copy}"))
        forget(connection, month)


def _of(month: Month, statement: LiteralString) -> sql.Composed:
    copy = f"ordered_{month.year:04}_{month.month:02}"
    return sql.SQL(statement).format(
        month=sql.Identifier(month.table),
        copy=sql.Identifier(copy),
        key=sql.Identifier(f"{copy}_pkey"),
        names=sql.SQL(_KEY),
        begin=sql.Literal(month.begin),
        end=sql.Literal(month.after(1).begin),
    )
