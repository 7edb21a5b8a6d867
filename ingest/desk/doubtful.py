"""Readings that stand and are doubted: twins, implausible values, meters' clocks past belief."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import dict_row

from ingest.desk.unattributed import Place, Remark

Doubt = Literal["duplicate", "implausible", "clock"]
"""`clock`: the meter said a time which cannot be, so that of its arrival stands."""

# The first condition is that of the index readings_doubtful, word for word. A reading that has moved to
# another resident stands there.
_IN_FORCE: Final = sql.SQL("""
from ingest.readings r
join ingest.reading_identity o using (meter, reading_id, resident)
left join ingest.gateway g on g.id = r.gateway
left join ingest.home h on h.id = g.home
left join lateral (
    select by, why, at from ingest.reading_step
    where reading_id = r.reading_id and meter = r.meter and step = 'looked_at' order by id desc limit 1
) d on true
where (r.suspect_duplicate is not null or r.quality = 'implausible'
       or (r.method = 'arrival' and r.meter_time is not null))
  and (d.at is not null) = %(looked_at)s
  and (%(institutions)s::uuid[] is null or h.institution = any(%(institutions)s))
  and (%(residents)s::uuid[] is null or r.resident = any(%(residents)s))
  and not exists (
    select from ingest.readings n
    where n.resident = r.resident and n.taken_at = r.taken_at and n.reading_id = r.reading_id
      and n.revision > r.revision
  )
""")

_LIST: Final = sql.SQL("""
select r.resident, r.meter, r.reading_id, r.gateway, r.meter_model as model, r.kind, r.taken_at, r.stored_at,
       r.method, r.meter_time, r.quality, r.unit, r.systolic, r.diastolic, r.pulse, r.concentration, r.beyond,
       r.suspect_duplicate, d.by, d.why, d.at,
       array_remove(array[
           case when r.suspect_duplicate is not null then 'duplicate' end,
           case when r.quality = 'implausible' then 'implausible' end,
           case when r.method = 'arrival' and r.meter_time is not null then 'clock' end
       ], null) as doubts
{in_force}
  and (%(after_at)s::timestamptz is null or (r.stored_at, r.reading_id) < (%(after_at)s, %(after_id)s::uuid))
order by r.stored_at desc, r.reading_id desc limit %(most)s
""").format(in_force=_IN_FORCE)

_COUNT: Final = sql.SQL("select count(*) {in_force}").format(in_force=_IN_FORCE)


@dataclass(frozen=True, slots=True)
class WhichDoubtful:
    """Which readings; None is any, and none at all is none. `looked_at`: those instead."""

    institutions: tuple[UUID, ...] | None = None
    residents: tuple[UUID, ...] | None = None
    looked_at: bool = False


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A doubted reading as it is in force. `meter_time` is as the meter said it, without a zone."""

    resident: UUID
    meter: str
    reading_id: UUID
    gateway: UUID
    model: str | None
    kind: str
    taken_at: datetime
    stored_at: datetime
    method: str
    meter_time: str | None
    quality: str
    unit: str | None
    systolic: Decimal | None
    diastolic: Decimal | None
    pulse: Decimal | None
    concentration: Decimal | None
    beyond: str | None
    suspect_duplicate: UUID | None
    doubts: tuple[Doubt, ...]
    looked_at: Remark | None

    @property
    def place(self) -> Place:
        return self.stored_at, self.reading_id


def doubtful(
    connection: Connection, which: WhichDoubtful, *, most: int = 50, after: Place | None = None
) -> list[Doubtful]:
    """The readings stored before a place, the newest first."""
    at, reading = after or (None, None)
    values = {**_values(which), "most": most, "after_at": at, "after_id": reading}
    with connection.cursor(row_factory=dict_row) as cursor:
        return [_doubtful(found) for found in cursor.execute(_LIST, values)]


def count_doubtful(connection: Connection, which: WhichDoubtful) -> int:
    row = connection.execute(_COUNT, _values(which)).fetchone()
    return 0 if row is None else int(row[0])


def _values(which: WhichDoubtful) -> dict[str, object]:
    return {
        "institutions": None if which.institutions is None else list(which.institutions),
        "residents": None if which.residents is None else list(which.residents),
        "looked_at": which.looked_at,
    }


def _doubtful(found: Mapping[str, Any]) -> Doubtful:
    fields = {**found, "doubts": tuple(found["doubts"])}
    by, why, at = (fields.pop(name) for name in ("by", "why", "at"))
    return Doubtful(**fields, looked_at=None if by is None else Remark(by, why, at))
