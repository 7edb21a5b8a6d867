"""The series as PostgreSQL holds them: exact decimals, straight from the readings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final, LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection, sql

from ingest.series.port import Aggregate, Kind, Sample, Step, bounds

_SAMPLE: Final[LiteralString] = """
r.resident, r.reading_id, r.taken_at, r.stored_at,
case when r.quality = 'ketone' then 'ketone' else r.kind end as kind, r.unit,
r.systolic, r.diastolic, r.pulse, r.concentration, r.beyond, r.context->>'meal' as meal, r.quality, r.flags
"""

# What turned out to be another's is left out after its last revision was found. Only what is asked for is
# carried through the sort: whole rows took a quarter longer.
_WINDOW: Final[LiteralString] = """
select {names} from (
    select distinct on (r.taken_at, r.reading_id) {sample}, r.withdrawn
    from ingest.readings r
    where r.resident = %s and r.taken_at >= %s and r.taken_at < %s
    order by r.taken_at, r.reading_id, r.revision desc
) as in_force
where not withdrawn
order by taken_at, reading_id
"""

_AGGREGATES: Final = """
with in_force as (
    select distinct on (r.taken_at, r.reading_id) r.*
    from ingest.readings r
    where r.resident = %(resident)s and r.taken_at >= %(begin)s and r.taken_at < %(end)s
    order by r.taken_at, r.reading_id, r.revision desc
), numbers as (
    select i.taken_at, m.measure, m.unit, m.value
    from in_force i cross join lateral (values
        ('systolic', i.unit, i.systolic), ('diastolic', i.unit, i.diastolic), ('pulse', '/min', i.pulse),
        (case when i.quality = 'ketone' then 'ketone' else 'glucose' end, i.unit, i.concentration)
    ) as m (measure, unit, value)
    where not i.withdrawn and m.value is not null and m.unit is not null and i.beyond is null
      and i.quality in ('ok', 'ketone') and i.suspect_duplicate is null
      and 'control_solution' not in (coalesce(i.sample, ''), coalesce(i.location, ''))
), local as (
    select n.*, n.taken_at at time zone %(region)s as at from numbers n
)
select (date_trunc('day', at) + case
            when %(step)s = 'half_day' and extract(hour from at) >= 12 then interval '12 hours'
            else interval '0' end) at time zone %(region)s as begin,
       measure, unit, count(*) as readings, avg(value) as mean, min(value) as lowest, max(value) as highest
from local
group by 1, measure, unit
order by 1, measure, unit
"""

_LATEST: Final[LiteralString] = """
select distinct on (r.resident) {sample}
from ingest.latest l
join ingest.readings r using (resident, taken_at, reading_id)
where l.resident = any(%s::uuid[]) and l.kind = %s
order by r.resident, r.revision desc
"""


class PostgresSeries:
    """Over a connection, whose time zone does not matter. `region` says where a day begins."""

    def __init__(self, connection: Connection, region: ZoneInfo) -> None:
        self._connection = connection
        self._region = region

    def window(self, resident: UUID, begin: datetime, end: datetime) -> list[Sample]:
        return self._samples(_WINDOW, (resident, begin, end))

    def aggregates(self, resident: UUID, first: date, last: date, step: Step) -> list[Aggregate]:
        begin, end = bounds(first, last, self._region)
        wanted = {
            "resident": resident,
            "begin": begin,
            "end": end,
            "step": step,
            "region": str(self._region),
        }
        rows = self._connection.execute(_AGGREGATES, wanted, binary=True)
        return [Aggregate._make(row) for row in rows]

    def latest(self, residents: Collection[UUID], kind: Kind) -> dict[UUID, Sample]:
        # As text: a thousand UUIDs one by one took longer to send than to find.
        asked = "{" + ",".join([resident.hex for resident in residents]) + "}"
        return {sample.resident: sample for sample in self._samples(_LATEST, (asked, kind))}

    def _samples(self, statement: LiteralString, wanted: tuple[object, ...]) -> list[Sample]:
        names = sql.SQL(", ").join(map(sql.Identifier, Sample._fields))
        query = sql.SQL(statement).format(sample=sql.SQL(_SAMPLE), names=names)
        return [Sample._make(row) for row in self._connection.execute(query, wanted, binary=True)]
