"""Follows the readings by a cursor and copies them, in the order stored. A copy by cursor cannot lose one.

The copy is written before the cursor moves: after a crash between the two the same lines are written again,
and the same lines make the same points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from psycopg import Connection

from ingest.influx.refusals import Refusals
from ingest.influx.rows import BEGINNING, Rows, floor
from ingest.influx.writing import Sink, Writer

NAME: Final = "influx"
_LOCK: Final = 0x6865617274680003
_AHEAD: Final = timedelta(days=1)
"""More than a reading may lie ahead of us by its meter's clock."""


class BusyError(RuntimeError):
    """Another process copies already."""


class Projection:
    """Over a connection that commits by itself. `keeps` is how long the server keeps a point, None for ever;
    `at` is told of the crash point before the cursor moves."""

    def __init__(
        self,
        connection: Connection,
        sink: Sink,
        *,
        keeps: timedelta | None = None,
        most: int = 5_000,
        at: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._sink = sink
        self._rows = Rows(connection, NAME)
        self._refusals = Refusals(connection, NAME)
        self._writer = Writer(sink, self._rows, self._refusals)
        self._keeps = keeps
        self._most = most
        self._at = at

    def step(self, now: datetime) -> int:
        """Copy what was stored next; how many rows were read. Raises AwayError, WrongSettingError with the
        cursor where it was."""
        found = self._rows.next(self._most)
        if found.read:
            since = floor(now, self._keeps)
            self._writer.copy([row for row in found.rows if row.taken_at >= since], now)
            self._at("projected.before")
            self._rows.move(found.last)
        return found.read

    def rebuild(self, now: datetime) -> None:
        """Clear the copy and begin anew; the steps after it copy everything. Raises as the sink does."""
        self._sink.clear(now + _AHEAD)
        self._refusals.settle_all(now)
        self._rows.move(BEGINNING)


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Nobody else copies meanwhile. Raises BusyError."""
    row = connection.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
    if row is None or not row[0]:
        raise BusyError("another process copies already")
    try:
        yield
    finally:
        connection.execute("select pg_advisory_unlock(%s)", (_LOCK,))
