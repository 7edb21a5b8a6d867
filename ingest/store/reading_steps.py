"""What people do about stored readings: rows that are only added, beside readings that never change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row

from ingest.store.rows import Key
from ingest.store.steps import Deed

Word = Literal["attributed", "dismissed", "looked_at"]

_ADD: Final = """
insert into ingest.reading_step (meter, reading_id, step, resident, by, why, at)
values (%s, %s, %s, %s, %s, %s, %s)
"""

_STEPS: Final = """
select id, meter, reading_id, step, resident, by, why, at from ingest.reading_step
where reading_id = %s and meter = %s order by id
"""

_DISMISSED: Final = """
select n.meter, n.reading_id
from unnest(%s::text[], %s::uuid[]) as n (meter, reading_id)
where 'dismissed' = (
    select s.step from ingest.reading_step s
    where s.reading_id = n.reading_id and s.meter = n.meter and s.step <> 'looked_at'
    order by s.id desc limit 1
)
"""


@dataclass(frozen=True, slots=True)
class ReadingStep:
    """What somebody did about a reading, and why. `resident` is whom it was attributed to."""

    id: int
    meter: str
    reading_id: UUID
    step: Word
    resident: UUID | None
    by: str
    why: str
    at: datetime


def add(cursor: Cursor, key: Key, step: Word, deed: Deed, *, resident: UUID | None = None) -> None:
    cursor.execute(_ADD, (*key, step, resident, deed.by, deed.why, deed.at))


def steps(connection: Connection, key: Key) -> list[ReadingStep]:
    """What was done about a reading, in that order."""
    meter, reading = key
    with connection.cursor(row_factory=class_row(ReadingStep)) as cursor:
        return cursor.execute(_STEPS, (reading, meter)).fetchall()


def dismissed(cursor: Cursor, keys: Collection[Key]) -> set[Key]:
    """Those of which a person said that they are nobody's. Their identities must be locked already."""
    if not keys:
        return set()
    columns = [[meter for meter, _ in keys], [reading for _, reading in keys]]
    return {(meter, reading) for meter, reading in cursor.execute(_DISMISSED, columns)}
