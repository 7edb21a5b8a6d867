"""Residents of whom nothing was measured, with why and whose errand it is. Whether it was due care knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from psycopg import Connection

from ingest.fleet.table import FAILING, LIMITS
from ingest.fleet.tickets import watched_until
from ingest.watch.absence import Facts, GatewayFacts, MeterFacts, Missing, explain

FRESH: Final = timedelta(minutes=5)
"""Rounds come several times a minute: older than this, what is known of silence is not known any more."""

_MEASURED: Final = """
select distinct resident from ingest.latest
where resident = any(%(residents)s) and taken_at >= %(since)s
  and (%(kind)s::text is null or kind = %(kind)s)
"""

_OWN: Final = """
with own as (
    select distinct b.resident, b.home, b.meter from ingest.meter_binding b
    left join ingest.meter m on m.key = b.meter
    where b.resident = any(%(residents)s) and b.since <= %(now)s and (b.until is null or b.until > %(now)s)
      and (%(kind)s::text is null or m.kind is null or m.kind = %(kind)s)
)
"""

_METERS: Final = """
select o.resident, m.key, m.heard_at, m.failing >= %(failing)s or coalesce(m.battery <= %(battery)s, false)
from own o left join lateral (
    select o.meter as key, max(heard_at) as heard_at, coalesce(max(failing), 0) as failing,
           max(battery) as battery
    from ingest.meter where key = o.meter
) m on true
"""

# One that never spoke was silent all along, a revoked one since then.
_GATEWAYS: Final = """
select h.resident, g.id, coalesce(q.silent, interval '0'), q.cause, q.since,
       q.open is not true and coalesce(s.oldest_unsent_s, 0) > %(backlog_s)s
from (select distinct resident, home from own) h
join ingest.gateway g on g.home = h.home
left join ingest.gateway_state s on s.gateway = g.id
left join lateral (
    select sum(until - since) as silent, bool_or(open) as open,
           (array_agg(cause order by until - since desc))[1] as cause,
           (array_agg(begun order by until - since desc))[1] as since
    from (
        select greatest(e.since, %(since)s) as since, least(coalesce(e.until, %(now)s), %(now)s) as until,
               e.since as begun, e.until is null as open, t.cause
        from ingest.gateway_silence e join ingest.ticket t on t.id = e.ticket where e.gateway = g.id
        union all
        select greatest(max(revoked_at), %(since)s), %(now)s, max(revoked_at), true, 'gateway'
        from ingest.gateway_key where gateway = g.id having bool_and(revoked_at is not null)
        union all
        select %(since)s, %(now)s, null, true, 'gateway' where s.gateway is null
    ) as silences
    where until > since
) q on true
"""

_WAITS: Final = """
select distinct o.resident from own o
join ingest.unattributed u on u.home = o.home
where u.taken_at >= %(since)s and (%(kind)s::text is null or u.kind = %(kind)s)
  and 'dismissed' is distinct from (
    select step from ingest.reading_step
    where reading_id = u.reading_id and meter = u.meter and step in ('attributed', 'dismissed', 'withdrawn')
    order by id desc limit 1
  )
"""

_BOUND: Final = """
select distinct resident from ingest.meter_binding
where since <= %(now)s and (until is null or until > %(now)s) order by resident
"""

Kind = Literal["blood_pressure", "glucose"]


def bound(connection: Connection, *, now: datetime) -> list[UUID]:
    """Everybody to whom a meter belongs."""
    return [resident for (resident,) in connection.execute(_BOUND, {"now": now})]


def missing(
    connection: Connection,
    residents: Collection[UUID],
    *,
    since: datetime,
    now: datetime,
    kind: Kind | None = None,
) -> dict[UUID, Missing]:
    """Of these residents those of whom nothing was measured since then, each with the reason."""
    values = {**LIMITS, "residents": list(residents), "since": since, "now": now, "kind": kind}
    measured = {resident for (resident,) in connection.execute(_MEASURED, values)}
    wanted = sorted(set(residents) - measured)
    if not wanted:
        return {}
    judged_at = watched_until(connection)
    is_watched = judged_at is not None and now - judged_at <= FRESH
    facts = _facts(connection, {**values, "residents": wanted, "failing": FAILING})
    nothing = Facts((), (), waits=False)
    return {
        resident: explain(facts.get(resident, nothing), lasted=now - since, is_watched=is_watched)
        for resident in wanted
    }


def _facts(connection: Connection, values: Mapping[str, object]) -> dict[UUID, Facts]:
    meters: dict[UUID, list[MeterFacts]] = {}
    for resident, *meter in connection.execute(_OWN + _METERS, values):
        meters.setdefault(resident, []).append(MeterFacts(*meter))
    gateways: dict[UUID, list[GatewayFacts]] = {}
    for resident, *gateway in connection.execute(_OWN + _GATEWAYS, values):
        gateways.setdefault(resident, []).append(GatewayFacts(*gateway))
    waits = {resident for (resident,) in connection.execute(_OWN + _WAITS, values)}
    return {
        resident: Facts(own, gateways.get(resident, ()), waits=resident in waits)
        for resident, own in meters.items()
    }
