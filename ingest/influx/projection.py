"""Follows the readings by a cursor and copies them, in the order stored. A copy by cursor cannot lose one.

The copy is written before the cursor moves: after a crash between the two the same lines are written again,
and the same lines make the same points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final, NamedTuple, Protocol

import structlog
from psycopg import Connection

from ingest.influx.bucket import RefusedError
from ingest.influx.line import Row, line

log = structlog.get_logger(__name__)

NAME: Final = "influx"
_LOCK: Final = 0x6865617274680003

# Below the horizon no transaction can still commit: nothing appears behind the cursor later.
_NEXT: Final = """
select r.tx::text::bigint, r.seq, r.resident, r.reading_id, r.revision, r.taken_at,
       case when r.quality = 'ketone' then 'ketone' else r.kind end, r.unit, r.systolic, r.diastolic, r.mean,
       r.pulse, r.concentration, r.beyond, r.context->>'meal', r.quality
from ingest.readings r
where (r.tx, r.seq) > (%s::text::xid8, %s) and r.tx < pg_snapshot_xmin(pg_current_snapshot())
order by r.tx, r.seq limit %s
"""

_WHERE: Final = "select tx::text::bigint, seq from ingest.projection where name = %s"

_MOVE: Final = """
insert into ingest.projection (name, tx, seq) values (%s, %s::text::xid8, %s)
on conflict (name) do update set tx = excluded.tx, seq = excluded.seq
"""


class Sink(Protocol):
    """Where lines go. Raises AwayError where the same may work later, RefusedError where these lines will not
    do, and WrongSettingError where none will."""

    def write(self, lines: bytes) -> None: ...
    def clear(self, until: datetime) -> None: ...


class BusyError(RuntimeError):
    """Another process copies already."""


class Place(NamedTuple):
    tx: int
    seq: int


BEGINNING: Final = Place(0, 0)


class Projection:
    """Over a connection that commits by itself. `at` is told of the crash point before the cursor moves."""

    def __init__(
        self,
        connection: Connection,
        sink: Sink,
        *,
        most: int = 5_000,
        at: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._connection = connection
        self._sink = sink
        self._most = most
        self._at = at

    def step(self) -> int:
        """Copy what was stored next; how many rows. Raises AwayError, WrongSettingError with the cursor where
        it was."""
        place = self._place()
        rows = self._rows(place)
        if rows:
            self._write(rows)
            self._at("projected.before")
            self._move(Place(rows[-1].tx, rows[-1].seq))
        return len(rows)

    def rebuild(self, now: datetime) -> None:
        """Clear the copy and begin anew; the steps after it copy everything. Raises as the sink does."""
        self._sink.clear(now)
        self._move(BEGINNING)

    def _place(self) -> Place:
        found = self._connection.execute(_WHERE, (NAME,)).fetchone()
        return BEGINNING if found is None else Place(*found)

    def _move(self, place: Place) -> None:
        self._connection.execute(_MOVE, (NAME, str(place.tx), place.seq))

    def _rows(self, place: Place) -> list[Row]:
        found = self._connection.execute(_NEXT, (str(place.tx), place.seq, self._most))
        return [Row._make(row) for row in found]

    def _write(self, rows: Sequence[Row]) -> None:
        """What a server refuses is halved until the one line is found that it will not have: that one is
        told of and left out, and delays no other."""
        try:
            self._sink.write("\n".join(map(line, rows)).encode())
        except RefusedError as error:
            if len(rows) == 1:
                log.warning("projection.refused", reading=str(rows[0].reading_id), status=str(error))
                return
            middle = len(rows) // 2
            self._write(rows[:middle])
            self._write(rows[middle:])


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
