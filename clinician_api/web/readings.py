"""Stored readings for charts, as the rules see them: the revision in force, what is one shown once.

Asks no permission: who calls has made sure that the resident may be seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts.reading import Reading
from alerts.store.stored import COLUMNS, Row, to_reading
from clinician_api.web.charts.spark import POINTS

RECENT: Final = timedelta(days=90)
_EACH: Final = POINTS + 4
"""Rows of a kind for the small line of a row, with room for revisions and what is no value."""

Kind = Literal["blood_pressure", "glucose"]

_OF_RESIDENT: Final = text(f"""
select {COLUMNS} from ingest.readings r
where r.resident = :resident and r.taken_at >= :since
order by r.taken_at, r.reading_id, r.revision
""")  # noqa: S608 - our own columns

_NEWEST: Final = text(f"""
select {COLUMNS} from unnest(cast(:residents as uuid[]), cast(:kinds as text[])) as line (resident, kind)
cross join lateral (
    select * from ingest.readings each
    where each.resident = line.resident and each.kind = line.kind and each.taken_at >= :since
    order by each.taken_at desc, each.reading_id, each.revision desc limit :most
) r
order by r.resident, r.kind, r.taken_at, r.reading_id, r.revision
""")  # noqa: S608 - our own columns


def of_resident(db: Session, resident: UUID, *, since: datetime) -> tuple[Reading, ...]:
    """In the order measured."""
    rows = db.execute(_OF_RESIDENT, {"resident": resident, "since": since})
    return in_force(Row(*row) for row in rows)


def newest(
    db: Session, lines: Collection[tuple[UUID, Kind]], *, now: datetime
) -> dict[tuple[UUID, str], tuple[Reading, ...]]:
    """The last few of each resident's kind, in the order measured; a ketone is of a glucometer's."""
    residents, kinds = [resident for resident, _ in lines], [kind for _, kind in lines]
    wanted = {"residents": residents, "kinds": kinds, "since": now - RECENT, "most": _EACH}
    rows = [Row(*row) for row in db.execute(_NEWEST, wanted)]
    return {line: in_force(group) for line, group in groupby(rows, key=lambda row: (row.resident, row.kind))}


def in_force(rows: Iterable[Row]) -> tuple[Reading, ...]:
    """The last revision of each that is still the resident's; a row whose words no rule knows has its own
    alarm and is left out here."""
    latest = {row.reading_id: row for row in rows}
    own = {id_: row for id_, row in latest.items() if not row.is_withdrawn}
    shown = [row for row in own.values() if row.suspect_duplicate not in own]
    return tuple(reading for row in shown if (reading := _understood(row)) is not None)


def _understood(row: Row) -> Reading | None:
    try:
        return to_reading(row)
    except ValueError:
        return None
