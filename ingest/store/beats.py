"""How each gateway is, by its last fresh heartbeat. What a broker says again, or kept, is not fresh.

A retained message comes anew at every connect, and a hostile broker may repeat one. A gateway lives while its
own time goes on; where its clock is known to be wrong, that may also go back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from psycopg import Cursor

from device_drivers.wire.state import State
from ingest.door.heartbeat import Heartbeat

AHEAD: Final = timedelta(minutes=10)
"""Further ahead of ours than this a gateway's clock is wrong, whatever it says of itself."""

_HEAR: Final = """
insert into ingest.gateway_state as s (gateway, heard_at, said_at, clock, unsent, oldest_unsent_s, at_risk,
                                       undecodable, adapter, version, meters_seen, off_since,
                                       trouble, trouble_since)
select gateway, %(now)s, at, clock, unsent, oldest_unsent_s, at_risk, undecodable, adapter, version,
       meters_seen,
       case when at not between %(now)s - %(ahead)s and %(now)s + %(ahead)s then %(now)s end,
       trouble, case when trouble is not null then %(now)s end
from jsonb_to_recordset(%(rows)s::jsonb) as n (
    gateway uuid, at timestamptz, clock text, unsent bigint, oldest_unsent_s bigint, at_risk bigint,
    undecodable bigint, adapter text, version text, meters_seen text[], trouble text
)
order by gateway
on conflict (gateway) do update set
    heard_at = excluded.heard_at, said_at = excluded.said_at, left_at = null, clock = excluded.clock,
    unsent = excluded.unsent, oldest_unsent_s = excluded.oldest_unsent_s, at_risk = excluded.at_risk,
    undecodable = excluded.undecodable, adapter = excluded.adapter, version = excluded.version,
    meters_seen = excluded.meters_seen,
    trouble = excluded.trouble,
    trouble_since = case when excluded.trouble is not null then coalesce(s.trouble_since, %(now)s) end,
    off_since = case when excluded.off_since is not null then coalesce(s.off_since, excluded.off_since) end
where excluded.said_at > s.said_at
   or (excluded.said_at < s.said_at and (s.clock = 'unsynced' or s.said_at > s.heard_at + %(ahead)s))
"""

_LEAVE: Final = """
update ingest.gateway_state s set left_at = %(now)s
from unnest(%(gateways)s::uuid[]) as n (gateway)
where s.gateway = n.gateway and s.left_at is null
"""


def note(cursor: Cursor, heartbeats: Iterable[Heartbeat], now: datetime) -> None:
    """Note how the gateways are. The last word of each counts; a last will says only that it is gone."""
    alive: dict[UUID, State] = {}
    gone: set[UUID] = set()
    for beat in heartbeats:
        gateway = beat.state.gateway
        if beat.state.online:
            alive[gateway] = beat.state
            gone.discard(gateway)
        else:
            gone.add(gateway)
    if alive:
        rows = msgspec.json.encode(list(alive.values())).decode()
        cursor.execute(_HEAR, {"now": now, "rows": rows, "ahead": AHEAD})
    if gone:
        cursor.execute(_LEAVE, {"now": now, "gateways": sorted(gone)})
