"""Stored readings as the copy needs them: the next ones, those in force, and what one of them was before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, LiteralString, NamedTuple

from psycopg import Connection, sql

from ingest.influx.differences import Spot
from ingest.influx.point import EPOCH, Row

_ROW: Final[LiteralString] = """
r.tx::text::bigint, r.seq, r.resident, r.reading_id, r.revision, r.taken_at, r.stored_at,
case when r.quality = 'ketone' then 'ketone' else r.kind end,
r.unit, r.systolic, r.diastolic, r.mean, r.pulse, r.concentration,
r.beyond, r.context->>'meal', r.quality, r.flags,
r.quality in ('ok', 'ketone') and r.beyond is null and r.suspect_duplicate is null
    and 'control_solution' not in (coalesce(r.sample, ''), coalesce(r.location, '')),
r.quality not in ('device_error', 'control_solution')
    and 'control_solution' not in (coalesce(r.sample, ''), coalesce(r.location, '')),
r.withdrawn
"""

# Below the horizon no transaction can still commit: nothing appears behind the cursor later.
_NEXT: Final[LiteralString] = """
select exists (
    select from ingest.readings h
    where h.resident = r.resident and h.taken_at = r.taken_at and h.reading_id = r.reading_id
      and h.revision > r.revision
), {row}
from ingest.readings r
where (r.tx, r.seq) > (%s::text::xid8, %s) and r.tx < pg_snapshot_xmin(pg_current_snapshot())
order by r.tx, r.seq limit %s
"""

_BEFORE: Final[LiteralString] = """
select {row}
from ingest.readings r
join unnest(%s::uuid[], %s::timestamptz[], %s::uuid[], %s::smallint[])
    as n (resident, taken_at, reading_id, revision)
  on r.resident = n.resident and r.taken_at = n.taken_at and r.reading_id = n.reading_id
 and r.revision < n.revision
"""

_AT: Final[LiteralString] = """
select distinct on (r.resident, r.taken_at, r.reading_id) {row}
from ingest.readings r
join unnest(%s::uuid[], %s::timestamptz[]) as n (resident, second)
  on r.resident = n.resident and r.taken_at >= n.second and r.taken_at < n.second + interval '1 second'
order by r.resident, r.taken_at, r.reading_id, r.revision desc
"""

_BETWEEN: Final[LiteralString] = """
select distinct on (r.taken_at, r.resident, r.reading_id) {row}
from ingest.readings r where r.taken_at >= %s and r.taken_at < %s
order by r.taken_at, r.resident, r.reading_id, r.revision desc
"""

# A month that was detached is archived: of its readings we know no more.
_MONTHS: Final = """
select to_timestamp(substr(c.relname, 10), 'YYYY_MM') from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'ingest.readings'::regclass order by c.relname
"""

_WHERE: Final = "select tx::text::bigint, seq from ingest.projection where name = %s"

_MOVE: Final = """
insert into ingest.projection (name, tx, seq) values (%s, %s::text::xid8, %s)
on conflict (name) do update set tx = excluded.tx, seq = excluded.seq
"""


class Place(NamedTuple):
    tx: int
    seq: int


BEGINNING: Final = Place(0, 0)


class Next(NamedTuple):
    """`rows` are those in force of the `read` that were read; `last` is the place of the last read one."""

    read: int
    last: Place
    rows: Sequence[Row]


class Rows:
    """Over a connection that commits by itself. `name` is the copy whose cursor is meant."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    def place(self) -> Place:
        found = self._connection.execute(_WHERE, (self._name,)).fetchone()
        return BEGINNING if found is None else Place(*found)

    def move(self, place: Place) -> None:
        self._connection.execute(_MOVE, (self._name, str(place.tx), place.seq))

    def next(self, most: int) -> Next:
        """A later revision has a place of its own: the earlier one is passed over."""
        place = self.place()
        found = self._connection.execute(_with_row(_NEXT), (str(place.tx), place.seq, most)).fetchall()
        rows = [Row._make(values) for superseded, *values in found if not superseded]
        last = Place(found[-1][1], found[-1][2]) if found else place
        return Next(len(found), last, rows)

    def before(self, rows: Sequence[Row]) -> list[Row]:
        """The earlier revisions of these."""
        columns = [
            [row.resident for row in rows],
            [row.taken_at for row in rows],
            [row.reading_id for row in rows],
            [row.revision for row in rows],
        ]
        return [Row._make(values) for values in self._connection.execute(_with_row(_BEFORE), columns)]

    def at(self, spots: Collection[Spot]) -> list[Row]:
        """The readings in force of these seconds."""
        columns = [[spot.resident for spot in spots], [spot.second for spot in spots]]
        return [Row._make(values) for values in self._connection.execute(_with_row(_AT), columns)]

    @contextmanager
    def between(self, begin: datetime, end: datetime) -> Iterator[Iterator[Row]]:
        """The readings in force in the order taken, not all at once. Write nothing meanwhile: a transaction
        that wrote would hold everybody's cursor back."""
        with self._connection.transaction(), self._connection.cursor("copied") as cursor:
            cursor.execute(_with_row(_BETWEEN), (begin, end))
            yield (Row._make(values) for values in cursor)

    def months(self) -> list[tuple[datetime, datetime]]:
        """When each month begins and ends whose readings stand here."""
        with self._connection.transaction():
            self._connection.execute("set local time zone 'UTC'")
            begins = [begin for (begin,) in self._connection.execute(_MONTHS)]
        return [(begin, _after(begin)) for begin in begins]


def _after(month: datetime) -> datetime:
    """The beginning of the next month."""
    return (month + timedelta(days=31)).replace(day=1)


def _with_row(statement: LiteralString) -> sql.Composed:
    return sql.SQL(statement).format(row=sql.SQL(_ROW))


def floor(now: datetime, keeps: timedelta | None) -> datetime:
    """What was taken before is not kept by the copy."""
    return EPOCH if keeps is None else (now - keeps).replace(microsecond=0) + timedelta(seconds=1)
