"""Whose round it is, and when each of its chores was last done. Does none of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from psycopg import Connection

_LOCK: Final = 0x6865617274680004

_DONE: Final = """
insert into ingest.round (chore, done_at) values (%s, %s)
on conflict (chore) do update set done_at = greatest(round.done_at, excluded.done_at)
"""


def take(connection: Connection) -> bool:
    """Whether this round is ours, until `leave` or the connection's end."""
    row = connection.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
    return row is not None and bool(row[0])


def leave(connection: Connection) -> None:
    """Ours or not: a new connection holds nothing."""
    connection.execute("select pg_advisory_unlock_all()")


def done(connection: Connection, chore: str, now: datetime) -> None:
    connection.execute(_DONE, (chore, now))


def last_done(connection: Connection) -> dict[str, datetime]:
    """By chore."""
    return dict(connection.execute("select chore, done_at from ingest.round order by chore").fetchall())
