"""Every row there ever was of one reading, whoever had it. Says which is in force by its place: the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from ingest.store.rows import Key


@dataclass(frozen=True, slots=True)
class Revision:
    """`resident` None: it waits for an owner. `withdrawn`: from then on it was not this resident's."""

    revision: int
    resident: UUID | None
    withdrawn: bool
    kind: str
    quality: str
    meal: str | None
    suspect_duplicate: UUID | None
    corrected: list[str]
    attributed_by: str | None
    attributed_at: datetime | None
    stored_at: datetime


# Whoever had a reading for a while has a superseding row of it, and of those there is an index.
_REVISIONS: Final = """
with known as materialized (
    select taken_at, resident from ingest.reading_identity
    where meter = %(meter)s and reading_id = %(reading_id)s
), owners as materialized (
    select resident from known where resident is not null
    union
    select r.resident from ingest.readings r join known k using (taken_at)
    where r.reading_id = %(reading_id)s and r.revision > 0
)
select r.revision, r.resident, r.withdrawn, r.kind, r.quality, r.context->>'meal' as meal,
       r.suspect_duplicate, r.corrected, r.attributed_by, r.attributed_at, r.stored_at
from owners o cross join known k
join ingest.readings r on r.resident = o.resident and r.taken_at = k.taken_at
where r.reading_id = %(reading_id)s and r.meter = %(meter)s
union all
select u.revision, null, false, u.kind, u.quality, u.context->>'meal', u.suspect_duplicate, u.corrected,
       null, null, u.stored_at
from ingest.unattributed u where u.meter = %(meter)s and u.reading_id = %(reading_id)s
order by revision
"""


def revisions(connection: Connection, key: Key) -> list[Revision]:
    """The oldest first; none where there is no such reading, or where its month is archived."""
    with connection.cursor(row_factory=class_row(Revision)) as cursor:
        return cursor.execute(_REVISIONS, {"meter": key[0], "reading_id": key[1]}).fetchall()
