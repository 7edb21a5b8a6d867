"""Readings follow their meter's bindings by when they were taken, also where those change later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import args_row

from ingest.door.attribution import Binding
from ingest.door.rebinding import BINDING, MACHINES, Held, Move, moves
from ingest.store import latest
from ingest.store.rows import Key
from ingest.store.superseding import Hand, Stored, hand_over, lock, move

_BINDINGS: Final = """
select slot, resident, since, until from ingest.meter_binding where home = %s and meter = %s
"""

# A meter that its resident took along to another home is under that home's bindings.
_HELD: Final = """
select meter, reading_id, resident, slot, taken_at, attributed_by from (
    select distinct on (r.resident, r.taken_at, r.reading_id) r.*
    from ingest.readings r
    where r.resident = any(%(residents)s) and r.taken_at >= %(since)s and r.meter = %(meter)s
    order by r.resident, r.taken_at, r.reading_id, r.revision desc
) as in_force
where not withdrawn and attributed_by = any(%(machines)s)
  and (select home from ingest.gateway g where g.id = in_force.gateway) = %(home)s
union all
select distinct meter, reading_id, null::uuid, slot, taken_at, %(binding)s
from ingest.unattributed where home = %(home)s and meter = %(meter)s and taken_at >= %(since)s
"""

# Whoever read the bindings as they were has ended when no transaction is as old as the change.
_CHANGED: Final = """
select home, meter, min(least(since, until)) from ingest.meter_binding
where changed_tx < pg_snapshot_xmin(pg_current_snapshot())
group by home, meter order by home, meter limit %s
"""

_SETTLED: Final = """
update ingest.meter_binding set changed_tx = null
where home = %s and meter = %s and changed_tx < pg_snapshot_xmin(pg_current_snapshot())
"""


def follow(connection: Connection, *, home: UUID, meter: str, since: datetime, now: datetime) -> int:
    """Give the readings of a home's meter, taken since then, to whom the bindings name now; how many changed
    hands, those that waited among them. Joins the transaction that is open."""
    with connection.cursor() as cursor:
        bindings = _bindings(cursor, home, meter)
        wanted = {
            "home": home,
            "meter": meter,
            "residents": sorted({each.resident for each in bindings}),
            "since": since,
            "machines": list(MACHINES),
            "binding": BINDING,
        }
        with connection.cursor(row_factory=args_row(Held)) as rows:
            held = rows.execute(_HELD, wanted).fetchall()
        found = {(each.held.meter, each.held.reading_id): each for each in moves(held, bindings)}
        return _carry_out(cursor, found, now) if found else 0


def catch_up(connection: Connection, now: datetime, *, most: int = 100) -> int:
    """Once more for bindings that changed a moment ago: a group that had read them as they were may have
    stored by them since. How many readings changed hands."""
    count = 0
    for home, meter, since in connection.execute(_CHANGED, (most,)).fetchall():
        with connection.transaction():
            connection.execute(_SETTLED, (home, meter))
            count += follow(connection, home=home, meter=meter, since=since, now=now)
    return count


def _carry_out(cursor: Cursor, found: Mapping[Key, Move], now: datetime) -> int:
    """Under their locks: what changed hands meanwhile, or was said by a person, is left as it is."""
    places = [
        (place, found[place.key].to)
        for place in lock(cursor, list(found))
        if place.resident == found[place.key].held.resident and not place.is_for_people
    ]
    waiting = [replace(place, resident=to) for place, to in places if place.resident is None]
    if waiting:
        move(cursor, waiting, by=BINDING, now=now)
    moved = [
        (place, to)
        for place, to in places
        if place.resident is not None and hand_over(cursor, place, to, Hand(BINDING, now))
    ]
    latest.renew(cursor, _concerned([*moved, *((place, place.resident) for place in waiting)]))
    return len(moved) + len(waiting)


def _concerned(moved: list[tuple[Stored, UUID | None]]) -> set[UUID]:
    both = ({place.resident, to} for place, to in moved)
    return {resident for pair in both for resident in pair if resident is not None}


def _bindings(cursor: Cursor, home: UUID, meter: str) -> list[Binding]:
    return [
        Binding(slot, resident, since.astimezone(UTC), until and until.astimezone(UTC))
        for slot, resident, since, until in cursor.execute(_BINDINGS, (home, meter))
    ]
