"""Readings that wait for an owner, and those of which somebody said that they are nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import dict_row

_IN_FORCE: Final = sql.SQL("""
from ingest.unattributed u
left join ingest.home h on h.id = u.home
left join lateral (
    select step, by, why, at from ingest.reading_step
    where reading_id = u.reading_id and meter = u.meter and step in ('attributed', 'dismissed', 'withdrawn')
    order by id desc limit 1
) d on d.step = 'dismissed'
where (d.step is not null) = %(dismissed)s
  and (%(institutions)s::uuid[] is null or h.institution = any(%(institutions)s))
  and (%(home)s::uuid is null or u.home = %(home)s)
  and (%(meter)s::text is null or u.meter = %(meter)s)
  and not exists (
    select from ingest.unattributed n
    where n.meter = u.meter and n.reading_id = u.reading_id and n.revision > u.revision
  )
""")

# Whoever has any meter of that home may have used this one.
_LIST: Final = sql.SQL("""
select u.meter, u.reading_id, u.home, u.gateway, u.meter_model as model, u.kind, u.taken_at, u.received_at,
       u.stored_at, u.slot, u.quality, u.unit, u.systolic, u.diastolic, u.pulse, u.concentration, u.beyond,
       u.suspect_duplicate, d.by, d.why, d.at,
       array(select distinct b.resident from ingest.meter_binding b
             where b.home = u.home and b.since <= u.taken_at and (b.until is null or u.taken_at < b.until)
             order by b.resident) as candidates
{in_force}
  and (%(after_at)s::timestamptz is null or (u.stored_at, u.reading_id) < (%(after_at)s, %(after_id)s::uuid))
order by u.stored_at desc, u.reading_id desc limit %(most)s
""").format(in_force=_IN_FORCE)

_COUNT: Final = sql.SQL("select count(*) {in_force}").format(in_force=_IN_FORCE)

Place = tuple[datetime, UUID]
"""When a reading was stored, and its id: where a page of the list ends."""


@dataclass(frozen=True, slots=True)
class WhichWaiting:
    """Which readings; None is any, and no institutions at all is none. `dismissed`: those instead."""

    institutions: tuple[UUID, ...] | None = None
    home: UUID | None = None
    meter: str | None = None
    dismissed: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said of a reading."""

    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reading without an owner, as it is in force. `candidates` had a meter of that home when it was taken.

    Numbers are in the meter's own `unit`; HI and LO stand in `beyond`.
    """

    meter: str
    reading_id: UUID
    home: UUID
    gateway: UUID
    model: str | None
    kind: str
    taken_at: datetime
    received_at: datetime
    stored_at: datetime
    slot: int | None
    quality: str
    unit: str | None
    systolic: Decimal | None
    diastolic: Decimal | None
    pulse: Decimal | None
    concentration: Decimal | None
    beyond: str | None
    suspect_duplicate: UUID | None
    candidates: tuple[UUID, ...]
    dismissed: Remark | None

    @property
    def place(self) -> Place:
        return self.stored_at, self.reading_id


def unattributed(
    connection: Connection, which: WhichWaiting, *, most: int = 50, after: Place | None = None
) -> list[Waiting]:
    """The readings stored before a place, the newest first."""
    at, reading = after or (None, None)
    values = {**_values(which), "most": most, "after_at": at, "after_id": reading}
    with connection.cursor(row_factory=dict_row) as cursor:
        return [_waiting(found) for found in cursor.execute(_LIST, values)]


def count_unattributed(connection: Connection, which: WhichWaiting) -> int:
    row = connection.execute(_COUNT, _values(which)).fetchone()
    return 0 if row is None else int(row[0])


def _values(which: WhichWaiting) -> dict[str, object]:
    return {
        "institutions": None if which.institutions is None else list(which.institutions),
        "home": which.home,
        "meter": which.meter,
        "dismissed": which.dismissed,
    }


def _waiting(found: Mapping[str, Any]) -> Waiting:
    fields = {**found, "candidates": tuple(found["candidates"])}
    by, why, at = (fields.pop(name) for name in ("by", "why", "at"))
    return Waiting(**fields, dismissed=None if by is None else Remark(by, why, at))
