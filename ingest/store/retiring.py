"""Takes months of readings out of the tables: detached, archived, read back, and only then dropped, if asked.

Whatever step a kill interrupts, the next call goes on from there. Identities stay: a reading that comes again
in ten years is known, and stored by nobody twice.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, LiteralString

from psycopg import Connection, sql
from psycopg.errors import ObjectNotInPrerequisiteState, UndefinedTable

from ingest.months import Month
from ingest.retention import MonthState
from ingest.store import archive, latest, months, ordering
from ingest.store.archive import Archive, ArchiveError
from ingest.store.months import Months
from ingest.store.steps import Deed

_TOGETHER: Final = 500
"""Residents whose newest reading is looked for in one transaction."""

_STATE: Final[LiteralString] = """
select count(*), max(greatest(stored_at, attributed_at)),
       coalesce(max(tx::text::bigint) >= (select min(p.tx::text::bigint) from (
           select tx from ingest.projection union all select tx from ingest.meter_cursor) as p), false)
from ingest.{table}
"""

_DETACH: Final[LiteralString] = "alter table ingest.readings detach partition ingest.{table} concurrently"

_UNFINISHED: Final = """
select relation, month from ingest.retired_month where dropped_at is null and (verified_at is null or %s)
order by relation
"""

_WRITTEN: Final = (
    "select file, rows, digest, month from ingest.retired_month where relation = %s and file is not null"
)

_NOTE: Final = """
update ingest.retired_month set file = %s, rows = %s, digest = %s, verified_at = %s where relation = %s
"""

_DROPPED: Final = "update ingest.retired_month set dropped_at = %s where relation = %s"

_STALE: Final = """
select resident from ingest.latest l
where not exists (select from ingest.readings r
                  where r.resident = l.resident and r.taken_at = l.taken_at and r.reading_id = l.reading_id)
  and l.taken_at >= %s and l.taken_at < %s
order by resident limit %s
"""

_RESIDENTS: Final = "select distinct resident from archived order by resident"

_BRING_BACK: Final = "insert into ingest.readings select * from archived on conflict do nothing"


@dataclass(frozen=True, slots=True)
class Retired:
    """A month's rows and their file."""

    relation: str
    rows: int
    file: str
    is_dropped: bool


def state_of(connection: Connection, month: Month) -> MonthState:
    """Of a month that stands. Reads all of it."""
    ((rows, last_at, is_followed),) = connection.execute(
        sql.SQL(_STATE).format(table=sql.Identifier(month.table))
    ).fetchall()
    return MonthState(month, rows, last_at, is_followed)


def detach(connection: Connection, month: Month, deed: Deed) -> None:
    """Take a month out. Waits for whoever is reading, and keeps nobody waiting. The connection commits by
    itself."""
    # A kill left it half detached, or just now a worker set it aside.
    with suppress(ObjectNotInPrerequisiteState, UndefinedTable):
        connection.execute(sql.SQL(_DETACH).format(table=sql.Identifier(month.table)))
    with connection.transaction():
        months.lock(connection)
        if month not in months.standing(connection):
            months.set_aside(connection, month, deed.at, by=deed.by, why=deed.why)
    _renew_latest(connection, month)


def finish(connection: Connection, folder: Path, now: datetime, *, drop: bool) -> list[Retired]:
    """Archive and read back whatever was detached; drop it after that, if asked. Raises ArchiveError."""
    waiting = connection.execute(_UNFINISHED, (drop,)).fetchall()
    for _, first in waiting:
        _renew_latest(connection, Month.of_day(first))
    return [_finish(connection, relation, folder, now, drop=drop) for relation, _ in waiting]


def bring_back(connection: Connection, relation: str, folder: Path) -> int:
    """Put a retired month's rows where they were, from its file; how many. Raises ArchiveError."""
    row = connection.execute(_WRITTEN, (relation,)).fetchone()
    if row is None:
        raise ArchiveError(f"{relation} was never archived")
    file, _, digest, first = row
    month = Month.of_day(first)
    Months().ensure(connection, [month])
    with connection.transaction():
        months.lock(connection)
        ordering.forget(connection, month)
        archive.load(connection, folder / file, like="readings", digest=digest)
        residents = [each for (each,) in connection.execute(_RESIDENTS).fetchall()]
        back = connection.execute(_BRING_BACK).rowcount
        connection.execute("drop table archived")
    for first_of in range(0, len(residents), _TOGETHER):
        with connection.transaction(), connection.cursor() as cursor:
            latest.renew(cursor, residents[first_of : first_of + _TOGETHER])
    return back


def _finish(connection: Connection, relation: str, folder: Path, now: datetime, *, drop: bool) -> Retired:
    row = connection.execute(_WRITTEN, (relation,)).fetchone()
    if row is None:
        written = archive.write(connection, relation, folder)
        archive.verify(connection, relation, written)
        values = (written.file.name, written.rows, written.digest, now, relation)
        connection.execute(_NOTE, values)
    else:
        written = Archive(folder / row[0], row[1], row[2])
    if drop:
        _drop(connection, relation, written, now)
    return Retired(relation, written.rows, written.file.name, drop)


def _drop(connection: Connection, relation: str, written: Archive, now: datetime) -> None:
    """Never on the word of a day when the file was still there: it is read back once more."""
    archive.verify(connection, relation, written)
    with connection.transaction():
        connection.execute(sql.SQL("drop table ingest.{}").format(sql.Identifier(relation)))
        connection.execute(_DROPPED, (now, relation))


def _renew_latest(connection: Connection, month: Month) -> None:
    """Whose newest reading went with the month has an older one, or none."""
    while True:
        with connection.transaction(), connection.cursor() as cursor:
            wanted = (month.begin, month.after(1).begin, _TOGETHER)
            residents = [resident for (resident,) in cursor.execute(_STALE, wanted).fetchall()]
            latest.renew(cursor, residents)
        if not residents:
            return
