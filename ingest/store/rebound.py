"""Readings follow their meter's bindings by when they were taken, also where those change later."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import args_row

from ingest.attribution import Binding
from ingest.rebinding import BINDING, MACHINES, Held, moves
from ingest.store import latest
from ingest.store.superseding import Hand, hand_over, lock

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
"""


def follow(
    connection: Connection,
    *,
    home: UUID,
    meter: str,
    residents: Collection[UUID],
    since: datetime,
    now: datetime,
) -> int:
    """Give these residents' readings of a meter, taken since then, to whom the bindings name now; how many
    changed hands. Joins the transaction that is open."""
    wanted = {
        "home": home,
        "meter": meter,
        "residents": sorted(residents),
        "since": since,
        "machines": list(MACHINES),
    }
    with connection.cursor(row_factory=args_row(Held)) as rows:
        held = rows.execute(_HELD, wanted).fetchall()
    with connection.cursor() as cursor:
        owners = {
            (each.held.meter, each.held.reading_id): each.to
            for each in moves(held, _bindings(cursor, home, meter))
        }
        return _hand_over(cursor, owners, residents, now)


def _hand_over(
    cursor: Cursor,
    owners: dict[tuple[str, UUID], UUID | None],
    residents: Collection[UUID],
    now: datetime,
) -> int:
    """Under their locks: what changed hands meanwhile is left as it is."""
    places = [place for place in lock(cursor, list(owners)) if place.resident in residents] if owners else []
    moved = [
        owners[place.key]
        for place in places
        if hand_over(cursor, place, owners[place.key], Hand(BINDING, now))
    ]
    if moved:
        latest.renew(cursor, {*residents, *(each for each in moved if each is not None)})
    return len(moved)


def _bindings(cursor: Cursor, home: UUID, meter: str) -> list[Binding]:
    return [
        Binding(slot, resident, since.astimezone(UTC), until and until.astimezone(UTC))
        for slot, resident, since, until in cursor.execute(_BINDINGS, (home, meter))
    ]
