"""Which reading of each resident and kind is the newest: noted with the readings, in the same commit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Cursor

from device_drivers.wire.reading import BloodPressure, Glucose, Reading
from ingest.series.port import Kind
from ingest.store.rows import Incoming, array, moment

_NOBODYS: Final = frozenset({"device_error", "control_solution"})
"""Of these a reading says nothing about the resident."""

# In the order of the key, so that two groups meet each other's rows alike. A late reading changes nothing.
_NOTE: Final = """
insert into ingest.latest (resident, kind, taken_at, reading_id)
select * from unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::uuid[])
    as n (resident, kind, taken_at, reading_id)
order by resident, kind
on conflict (resident, kind) do update
set taken_at = excluded.taken_at, reading_id = excluded.reading_id
where (latest.taken_at, latest.reading_id) < (excluded.taken_at, excluded.reading_id)
"""

_LOCK: Final = "select from ingest.latest where resident = any(%s) order by resident, kind for update"

_DROP: Final = "delete from ingest.latest where resident = any(%s)"

_FIND: Final = """
insert into ingest.latest (resident, kind, taken_at, reading_id)
select distinct on (resident, kind) resident, kind, taken_at, reading_id
from (
    select distinct on (r.resident, r.taken_at, r.reading_id)
           r.resident, case when r.quality = 'ketone' then 'ketone' else r.kind end as kind,
           r.taken_at, r.reading_id, r.quality, r.sample, r.location, r.withdrawn
    from ingest.readings r
    where r.resident = any(%s)
    order by r.resident, r.taken_at, r.reading_id, r.revision desc
) as in_force
where not withdrawn and quality not in ('device_error', 'control_solution')
  and 'control_solution' not in (coalesce(sample, ''), coalesce(location, ''))
order by resident, kind, taken_at desc, reading_id desc
on conflict (resident, kind) do update
set taken_at = excluded.taken_at, reading_id = excluded.reading_id
where (latest.taken_at, latest.reading_id) < (excluded.taken_at, excluded.reading_id)
"""


def note(cursor: Cursor, stored: Iterable[Incoming]) -> None:
    """Readings that were stored just now."""
    newest: dict[tuple[UUID, Kind], tuple[datetime, UUID]] = {}
    for item in stored:
        kind = kind_of(item.reading)
        if item.resident is None or kind is None:
            continue
        place, this = (item.resident, kind), (item.taken.at, item.reading.reading_id)
        if place not in newest or newest[place] < this:
            newest[place] = this
    if newest:
        cursor.execute(
            _NOTE,
            (
                array(resident.hex for resident, _ in newest),
                array(kind for _, kind in newest),
                array(moment(at) for at, _ in newest.values()),
                array(reading.hex for _, reading in newest.values()),
            ),
        )


def renew(cursor: Cursor, residents: Collection[UUID]) -> None:
    """Look again among all that is stored of these: a reading was moved to them, or says less than it did.

    The rows are locked first. A group that noted something newer has then committed, and is found.
    """
    wanted = (sorted(residents),)
    if residents:
        for statement in (_LOCK, _DROP, _FIND):
            cursor.execute(statement, wanted)


def kind_of(reading: Reading) -> Kind | None:
    """As whose newest it counts; None where it says nothing about the resident."""
    if reading.quality in _NOBODYS:
        return None
    match reading.values:
        case BloodPressure():
            return "blood_pressure"
        case Glucose(sample=sample, location=location):
            if "control_solution" in {sample, location}:
                return None
            return "ketone" if reading.quality == "ketone" else "glucose"
