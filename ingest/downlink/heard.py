"""What gateways say became of what was asked of them, noted with their heartbeats. Judges no signature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import UNSET, Struct, UnsetType
from psycopg import Cursor

from device_drivers.wire.downlink import Keep
from device_drivers.wire.state import State
from ingest.door.heartbeat import Heartbeat
from ingest.downlink.orders import give

_SETTLE: Final = """
with said as (
    select n.gateway, (d ->> 'id')::uuid as id, d ->> 'outcome' as outcome
    from jsonb_to_recordset(%(rows)s::jsonb) as n (gateway uuid, done jsonb),
         jsonb_array_elements(n.done) as d
), held as (
    select c.id, s.outcome from ingest.command c join said s on s.id = c.id and s.gateway = c.gateway
    where c.outcome is null order by c.id for update of c
)
update ingest.command c set outcome = h.outcome, outcome_at = %(now)s, publish_at = null
from held h where c.id = h.id
"""

# A gateway that gave a version up has its last word; one that lost its memory is told anew.
_COMPARE: Final = """
with said as (
    select n.gateway, coalesce((n.configuration ->> 'version')::bigint, 0) as version,
           coalesce((n.configuration ->> 'failed')::bigint, 0) as failed
    from jsonb_to_recordset(%(rows)s::jsonb) as n (gateway uuid, configuration jsonb)
), held as (
    select c.gateway, c.version, case
        when s.failed = c.version then 'failed' when s.version = c.version then 'kept' else 'lost' end as said
    from said s join ingest.configuration c on c.gateway = s.gateway and c.version = (
        select max(version) from ingest.configuration where gateway = s.gateway)
    where (s.failed = c.version and c.outcome is distinct from 'failed')
       or (s.version = c.version and c.outcome is null)
       or (s.version < c.version and s.failed < c.version and c.outcome = 'kept'
           and c.outcome_at < %(now)s - %(patience)s)
    order by c.gateway for update of c
)
update ingest.configuration c set
    outcome = nullif(h.said, 'lost'), outcome_at = %(now)s, tries = 0,
    publish_at = case when h.said = 'lost' then %(now)s end
from held h where c.gateway = h.gateway and c.version = h.version
returning c.gateway, c.version, c.outcome
"""

_PATIENCE: Final = timedelta(minutes=2)
"""A heartbeat from before the configuration may come after the first one under it."""


class _Said(Struct, frozen=True):
    gateway: str
    configuration: object | UnsetType = UNSET
    done: object | UnsetType = UNSET


def note(cursor: Cursor, heartbeats: Sequence[Heartbeat], now: datetime) -> None:
    """Settle commands and configurations. A last will was spelled before the connection, so it says nothing
    of either; one that was kept is confirmed, in the same transaction."""
    states = [beat.state for beat in heartbeats if beat.state.online]
    if done := [state for state in states if state.done]:
        cursor.execute(_SETTLE, {"rows": _rows(done), "now": now})
    if states:
        cursor.execute(_COMPARE, {"rows": _rows(states), "now": now, "patience": _PATIENCE})
        for gateway, version, outcome in cursor.fetchall():
            if outcome == "kept":
                give(cursor.connection, gateway, Keep(version), now=now)


def _rows(states: Sequence[State]) -> str:
    said = {state.gateway: state for state in states}  # the last word of each
    return msgspec.json.encode(
        [
            _Said(
                str(state.gateway),
                msgspec.to_builtins(state.configuration) if state.configuration else UNSET,
                msgspec.to_builtins(state.done) if state.done else UNSET,
            )
            for state in said.values()
        ]
    ).decode()
