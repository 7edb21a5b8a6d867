"""Silences and tickets on their tables: what is known of who is quiet, and what was judged of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Cursor

from ingest.watch.outage import Network
from ingest.watch.silence import GONE_AFTER, SILENT_AFTER, Blame, Evidence, Silence, Watch, Watched

_WATCH: Final = "select listening_since, listened_at from ingest.silence_watch for update skip locked"

_WATCHED: Final = """
update ingest.silence_watch
set listening_since = %(since)s, listened_at = %(until)s, judged_at = %(now)s
"""

# Of a gateway that never spoke nothing can fall silent, and a revoked one is expected to. Those that are
# heard are only counted: a city has many.
_EVIDENCE: Final = """
with box as materialized (
    select g.id, h.operator, i.region, s.heard_at, s.left_at, q.since, t.cause, t.subject,
           q.id is null and s.heard_at > %(now)s - %(silent)s
               and (s.left_at is null or s.left_at > %(now)s - %(gone)s) as is_alive
    from ingest.gateway_state s
    join ingest.gateway g on g.id = s.gateway
    join ingest.home h on h.id = g.home
    left join ingest.institution i on i.id = h.institution
    left join ingest.gateway_silence q on q.gateway = g.id and q.until is null
    left join ingest.ticket t on t.id = q.ticket
    where exists (select from ingest.gateway_key where gateway = g.id and revoked_at is null)
)
select operator, region, id, heard_at, left_at, since, cause, subject, 1 from box where not is_alive
union all
select operator, region, null, null, null, null, null, null, count(*) from box where is_alive
group by operator, region
"""

_RETURNED: Final = """
select t.cause, t.subject, max(q.until) from ingest.ticket t
join ingest.gateway_silence q on q.ticket = t.id and q.until is not null
where t.closed_at is null and t.cause in ('platform', 'network') group by t.id
"""

_STANDING: Final = "select cause, subject, id from ingest.ticket where closed_at is null"

_OPEN: Final = """
insert into ingest.ticket (cause, subject, since, opened_at)
select n.cause, n.subject, n.since, %s from unnest(%s::text[], %s::text[], %s::timestamptz[])
    as n (cause, subject, since)
order by n.cause, n.subject
returning cause, subject, id
"""

# Whoever was heard since is back from then on.
_END: Final = """
update ingest.gateway_silence q set until = coalesce(
    (select s.heard_at from ingest.gateway_state s where s.gateway = q.gateway and s.heard_at > q.since), %s)
where q.until is null and q.gateway = any(%s::uuid[])
"""

# Nobody waits for a word of a revoked one.
_FORGET: Final = """
update ingest.gateway_silence q set until = %s
where q.until is null
  and not exists (select from ingest.gateway_key where gateway = q.gateway and revoked_at is null)
"""

_MOVE: Final = """
update ingest.gateway_silence q set ticket = n.ticket
from unnest(%s::uuid[], %s::bigint[]) as n (gateway, ticket)
where q.gateway = n.gateway and q.until is null
"""

_BEGIN: Final = """
insert into ingest.gateway_silence (gateway, ticket, since)
select n.gateway, n.ticket, n.since from unnest(%s::uuid[], %s::bigint[], %s::timestamptz[])
    as n (gateway, ticket, since)
order by n.gateway
"""

_CLOSE: Final = "update ingest.ticket set closed_at = %s where closed_at is null and id <> all(%s)"

_METERS: Final = """
select m.key, coalesce(m.good_at, m.heard_at) from ingest.meter m
where m.failing >= %s
  and exists (select from ingest.meter_binding where meter = m.key and until is null)
  and (
    not exists (select from ingest.gateway_silence where gateway = m.gateway and until is null)
    or exists (select from ingest.ticket where cause = 'meter' and subject = m.key and closed_at is null)
)
"""


def watch(cursor: Cursor) -> tuple[bool, Watch | None]:
    """Whether it is ours to judge until the transaction ends, and how it was watched so far."""
    row = cursor.execute(_WATCH).fetchone()
    if row is None:
        return False, None
    since, until = row
    return True, None if since is None else Watch(since, until)


def watched(cursor: Cursor, watch: Watch, now: datetime) -> None:
    values = {"since": watch.listening_since, "until": watch.listened_at, "now": now}
    cursor.execute(_WATCHED, values)


def evidence(cursor: Cursor, now: datetime) -> Evidence:
    values = {"now": now, "silent": SILENT_AFTER, "gone": GONE_AFTER}
    watched: list[Watched] = []
    alive: dict[Network, int] = {}
    for operator, region, gateway, heard_at, left_at, since, cause, subject, count in cursor.execute(
        _EVIDENCE, values
    ):
        network = Network(operator, region)
        if gateway is None:
            alive[network] = count
        else:
            watched.append(Watched(gateway, network, heard_at, left_at, _silence(since, cause, subject)))
    returned = {Blame(cause, subject): at for cause, subject, at in cursor.execute(_RETURNED)}
    return Evidence(watched, alive, returned)


def failing(cursor: Cursor, errors: int) -> dict[Blame, datetime]:
    """Meters in use with so many errors of their own in a row, since when they last measured somebody. Of one
    whose gateway is silent nothing new is said."""
    return {Blame("meter", key): since for key, since in cursor.execute(_METERS, (errors,))}


def settle(
    cursor: Cursor,
    before: Mapping[UUID, Silence],
    after: Mapping[UUID, Silence],
    others: Mapping[Blame, datetime],
    now: datetime,
) -> None:
    """Bring silences and tickets from how they stood to what was judged. `others` are tickets under which
    nobody is silent."""
    since = dict(others)
    for silence in after.values():
        since[silence.blame] = min(silence.since, since.get(silence.blame, silence.since))
    tickets = _tickets(cursor, since, now)
    lasting = {gateway for gateway, silence in after.items() if _began(before, gateway) == silence.since}
    ended = [gateway for gateway in before if gateway not in lasting]
    moved = [gateway for gateway in lasting if before[gateway].blame != after[gateway].blame]
    begun = [gateway for gateway in after if gateway not in lasting]
    cursor.execute(_END, (now, ended))
    cursor.execute(_FORGET, (now,))
    cursor.execute(_MOVE, (moved, [tickets[after[gateway].blame] for gateway in moved]))
    under = [tickets[after[gateway].blame] for gateway in begun]
    cursor.execute(_BEGIN, (begun, under, [after[gateway].since for gateway in begun]))
    cursor.execute(_CLOSE, (now, _ids(tickets, since)))


def _began(before: Mapping[UUID, Silence], gateway: UUID) -> datetime | None:
    return before[gateway].since if gateway in before else None


def _tickets(cursor: Cursor, since: Mapping[Blame, datetime], now: datetime) -> dict[Blame, int]:
    """Those that stand, and those that are opened now."""
    tickets = {Blame(cause, subject): ticket for cause, subject, ticket in cursor.execute(_STANDING)}
    new = [blame for blame in since if blame not in tickets]
    if new:
        columns = [blame.cause for blame in new], [blame.subject for blame in new], [since[b] for b in new]
        for cause, subject, ticket in cursor.execute(_OPEN, (now, *columns)):
            tickets[Blame(cause, subject)] = ticket
    return tickets


def _ids(tickets: Mapping[Blame, int], wanted: Collection[Blame]) -> list[int]:
    return [tickets[blame] for blame in wanted]


def _silence(since: datetime | None, cause: str | None, subject: str | None) -> Silence | None:
    if since is None or subject is None:
        return None
    match cause:
        case "platform" | "network" | "gateway" | "meter":
            return Silence(since, Blame(cause, subject))
        case _:
            return None
