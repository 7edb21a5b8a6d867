"""The statements of the fleet's table. Every trouble is defined here once, for rows and for counts."""

from __future__ import annotations

from typing import Final, LiteralString

from psycopg import sql

# A revoked gateway is not expected to say or send anything: nothing else is wrong with it or its meters.
_TROUBLES: Final[LiteralString] = """
case when b.revoked_at is not null then array['revoked'] else array_remove(array[
    case when b.heard_at is null then 'never_heard' end,
    case when b.silent_since is not null then 'silent' end,
    case when b.clock = 'unsynced' or abs(extract(epoch from b.said_at - b.heard_at)) > %(clock_s)s
         then 'gateway_clock' end,
    case when b.oldest_unsent_s > %(backlog_s)s then 'backlog' end,
    case when b.certificate_until < %(now)s + %(certificate)s then 'certificate' end,
    case when m.key is not null and m.meter_heard_at is null then 'never_measured' end,
    case when m.battery <= %(battery)s then 'low_battery' end,
    case when m.failing >= %(failing)s then 'failing' end,
    case when abs(m.clock_offset_s) > %(clock_s)s then 'meter_clock' end
], null) end
"""

_BOXES: Final[LiteralString] = """
select g.id as gateway, g.home, h.institution, i.region, h.operator,
       k.revoked_at, c.until as certificate_until,
       s.heard_at, s.said_at, s.left_at, q.since as silent_since, t.cause, s.clock, s.unsent,
       s.oldest_unsent_s, s.at_risk, s.undecodable, s.adapter, s.version
from ingest.gateway g
join ingest.home h on h.id = g.home
left join ingest.institution i on i.id = h.institution
left join lateral (
    select max(revoked_at) as revoked_at from ingest.gateway_key
    where gateway = g.id having bool_and(revoked_at is not null)
) k on true
left join lateral (
    select max(expires_at) as until from ingest.gateway_certificate
    where gateway = g.id and revoked_at is null
) c on true
left join ingest.gateway_state s on s.gateway = g.id
left join ingest.gateway_silence q on q.gateway = g.id and q.until is null
left join ingest.ticket t on t.id = q.ticket
where (%(institutions)s::uuid[] is null or h.institution = any(%(institutions)s))
  and (%(region)s::text is null or i.region = %(region)s)
  and (%(home)s::uuid is null or g.home = %(home)s)
  and (%(gateway)s::uuid is null or g.id = %(gateway)s)
"""

# A reading tells the gateway's instant less what the meter's clock showed, as if that were UTC. Here it is
# how far ahead that clock is of others in its region.
# A meter that was bound and never heard stands with its home's first gateway.
_METERS: Final[LiteralString] = """
select key, key_kind, kind, model, address, heard_at as meter_heard_at, good_at, battery,
       -(clock_offset_s + extract(
           epoch from (heard_at at time zone %(zone)s) - (heard_at at time zone 'UTC')
       ))::bigint as clock_offset_s,
       readings, errors, failing, driver, driver_version
from ingest.meter where gateway = b.gateway
union all
select distinct n.meter, null, null, null, null, null::timestamptz, null::timestamptz, null::smallint,
       null::bigint, 0, 0, 0, null, null
from ingest.meter_binding n
where n.home = b.home and (n.until is null or n.until > %(now)s)
  and not exists (select from ingest.meter where key = n.meter)
  and not exists (select from ingest.gateway o where o.home = b.home and o.id < b.gateway)
"""

_ROWS: Final = sql.SQL("""
with box as ({boxes}), fleet as (
    select b.*, m.*, {troubles} as troubles
    from box b left join lateral ({meters}) m on true
)
""").format(boxes=sql.SQL(_BOXES), troubles=sql.SQL(_TROUBLES), meters=sql.SQL(_METERS))

PAGE: Final = sql.SQL("""
{rows}
select f.*, coalesce(r.residents, '{{}}') as residents
from fleet f
left join lateral (
    select array_agg(distinct resident order by resident) as residents from ingest.meter_binding
    where home = f.home and meter = f.key and since <= %(now)s and (until is null or until > %(now)s)
) r on true
where (%(trouble)s::text is null or %(trouble)s = any(f.troubles))
  and (%(after_gateway)s::uuid is null or (f.gateway, coalesce(f.key, '')) >
       (%(after_gateway)s, %(after_meter)s::text))
order by f.gateway, coalesce(f.key, '') limit %(most)s
""").format(rows=_ROWS)

TALLY: Final = sql.SQL("""
{rows}
select 'gateways', count(distinct gateway) from fleet
union all select 'meters', count(key) from fleet
union all select trouble, count(*) from fleet, unnest(troubles) as trouble group by trouble
""").format(rows=_ROWS)
