"""What people do about stored readings: rows that are only added, beside readings that never change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec
from psycopg import Connection, Cursor
from psycopg.rows import class_row

from ingest.store.rows import Key
from ingest.store.steps import Deed

Word = Literal["attributed", "dismissed", "looked_at", "withdrawn", "corrected"]

_ADD: Final = """
insert into ingest.reading_step (meter, reading_id, step, resident, by, why, at, revision, change)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)
"""

_STEPS: Final = """
select id, meter, reading_id, step, resident, by, why, at, revision, change::text from ingest.reading_step
where reading_id = %s and meter = %s order by id
"""

# Of whose it is that was said last.
_NOBODYS: Final = """
select n.meter, n.reading_id
from unnest(%s::text[], %s::uuid[]) as n (meter, reading_id)
where 'attributed' <> (
    select s.step from ingest.reading_step s
    where s.reading_id = n.reading_id and s.meter = n.meter
      and s.step in ('attributed', 'dismissed', 'withdrawn')
    order by s.id desc limit 1
)
"""


@dataclass(frozen=True, slots=True)
class ReadingStep:
    """What somebody did about a reading, and why. `resident` is whom it was attributed to, `revision` the
    superseding row that it led to, `change` what was corrected, as JSON."""

    id: int
    meter: str
    reading_id: UUID
    step: Word
    resident: UUID | None
    by: str
    why: str
    at: datetime
    revision: int | None = None
    change: str | None = None


def add(
    cursor: Cursor,
    key: Key,
    step: Word,
    deed: Deed,
    *,
    resident: UUID | None = None,
    revision: int | None = None,
    change: Mapping[str, object] | None = None,
) -> None:
    said = None if change is None else msgspec.json.encode(change).decode()
    cursor.execute(_ADD, (*key, step, resident, deed.by, deed.why, deed.at, revision, said))


def steps(connection: Connection, key: Key) -> list[ReadingStep]:
    """What was done about a reading, in that order."""
    meter, reading = key
    with connection.cursor(row_factory=class_row(ReadingStep)) as cursor:
        return cursor.execute(_STEPS, (reading, meter)).fetchall()


def nobodys(cursor: Cursor, keys: Collection[Key]) -> set[Key]:
    """Those of which a person said that they are nobody's. Their identities must be locked already."""
    if not keys:
        return set()
    columns = [[meter for meter, _ in keys], [reading for _, reading in keys]]
    return {(meter, reading) for meter, reading in cursor.execute(_NOBODYS, columns)}
