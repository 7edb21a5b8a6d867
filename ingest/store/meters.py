"""What is known of each meter, from the readings stored: fed by a cursor, off the way of the readings.

It lags by the pace of whoever calls `advance`, and can neither lose a reading nor count one twice: rows and
cursor commit together, and only what no open transaction can still precede is read.
"""

from __future__ import annotations

from typing import Final

from psycopg import Connection

_TAKE: Final = "select tx::text from ingest.meter_cursor for update skip locked"

_HORIZON: Final = "select pg_snapshot_xmin(pg_current_snapshot())::text"

# The transaction of the last of so many rows: whole transactions are read.
_BORDER: Final = """
select (tx::text::bigint + 1)::text from (
    select tx, seq from ingest.readings where tx >= %(low)s::text::xid8 and tx < %(horizon)s::text::xid8
    union all
    select tx, seq from ingest.unattributed where tx >= %(low)s::text::xid8 and tx < %(horizon)s::text::xid8
    order by tx, seq offset %(most)s limit 1
) as rows
"""

# A reading that was attributed later has been counted where it waited, a revision with the first one.
_ADVANCE: Final = """
with new as (
    select meter, meter_key_kind, kind, meter_model, meter_address, gateway, driver, driver_version, battery,
           clock_offset_s, least(received_at, stored_at) as heard_at, quality = 'device_error' as failed,
           revision = 0 and attributed_at = stored_at as counts
    from ingest.readings where tx >= %(low)s::text::xid8 and tx < %(upper)s::text::xid8
    union all
    select meter, meter_key_kind, kind, meter_model, meter_address, gateway, driver, driver_version, battery,
           clock_offset_s, least(received_at, stored_at), quality = 'device_error', revision = 0
    from ingest.unattributed where tx >= %(low)s::text::xid8 and tx < %(upper)s::text::xid8
), sums as (
    select meter, count(*) filter (where counts) as readings,
           count(*) filter (where counts and failed) as errors,
           max(heard_at) filter (where not failed) as good_at,
           (array_agg(battery order by heard_at desc) filter (where battery is not null))[1] as battery,
           (array_agg(clock_offset_s order by heard_at desc) filter (where clock_offset_s is not null))[1]
               as clock_offset_s
    from new group by meter
), failing as (
    select n.meter, count(*) filter (where n.counts and n.failed
                                       and (s.good_at is null or n.heard_at > s.good_at)) as failing
    from new n join sums s using (meter) group by n.meter
), last as (
    select distinct on (meter) * from new order by meter, heard_at desc
)
insert into ingest.meter as m (key, key_kind, kind, model, address, gateway, heard_at, good_at, failing,
                               battery, clock_offset_s, readings, errors, driver, driver_version)
select meter, l.meter_key_kind, l.kind, l.meter_model, l.meter_address, l.gateway, l.heard_at, s.good_at,
       f.failing, s.battery, s.clock_offset_s, s.readings, s.errors, l.driver, l.driver_version
from last l join sums s using (meter) join failing f using (meter)
order by meter
on conflict (key) do update set
    readings = m.readings + excluded.readings, errors = m.errors + excluded.errors,
    good_at = greatest(m.good_at, excluded.good_at),
    failing = excluded.failing + case when excluded.good_at is null then m.failing else 0 end,
    battery = coalesce(case when excluded.heard_at >= m.heard_at then excluded.battery end, m.battery,
                       excluded.battery),
    clock_offset_s = coalesce(case when excluded.heard_at >= m.heard_at then excluded.clock_offset_s end,
                              m.clock_offset_s, excluded.clock_offset_s),
    heard_at = greatest(m.heard_at, excluded.heard_at),
    gateway = case when excluded.heard_at >= m.heard_at then excluded.gateway else m.gateway end,
    model = coalesce(excluded.model, m.model), address = excluded.address,
    driver = excluded.driver, driver_version = excluded.driver_version
"""

MOST: Final = 50_000
"""Readings in one step: a few tenths of a second."""


def advance(connection: Connection, *, most: int = MOST) -> bool:
    """Take in what was stored since the last time; whether more stands behind it.

    Of two that call at once one does nothing.
    """
    with connection.transaction(), connection.cursor() as cursor:
        taken = cursor.execute(_TAKE).fetchone()
        if taken is None:
            return False
        horizon = _only(cursor.execute(_HORIZON).fetchone())
        place = {"low": taken[0], "horizon": horizon, "most": most}
        border = cursor.execute(_BORDER, place).fetchone()
        upper = horizon if border is None else border[0]
        if upper != taken[0]:
            cursor.execute(_ADVANCE, {"low": taken[0], "upper": upper})
            cursor.execute("update ingest.meter_cursor set tx = %s::text::xid8", (upper,))
        return border is not None


def _only(row: tuple[str] | None) -> str:
    if row is None:
        raise ValueError("the database knows no horizon")
    return row[0]
