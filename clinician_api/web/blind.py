"""Residents from whom nothing can come: no home where they have a meter can be heard. Judges nothing.

A silence is the fleet's finding; here it is only said beside those whom it makes invisible.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection
from sqlalchemy import text
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from ingest.fleet import tickets
from ingest.fleet.tickets import Blind

_HOMES: Final = text("""
select distinct resident, home from ingest.meter_binding
where resident = any(:residents) and since <= :now and (until is null or until > :now)
""")
# Few at any time: what the view says of them is asked then, and not of a whole city's homes.
_SUSPECTS: Final = text("""
select g.home from ingest.gateway_silence s join ingest.gateway g on g.id = s.gateway where s.until is null
union
select g.home from ingest.gateway_key k join ingest.gateway g on g.id = k.gateway
where k.revoked_at is not null
""")
_RESIDENTS: Final = text("""
select distinct resident from ingest.meter_binding
where home = any(:homes) and since <= :now and (until is null or until > :now)
""")


def of_residents(db: Session, residents: Collection[UUID], now: datetime) -> Mapping[UUID, Blind]:
    """Of these, whom nobody can hear, and since when. The homes are named to the view, so that it looks at
    theirs and not at a whole city's."""
    found = list(db.execute(_HOMES, {"residents": list(residents), "now": now}))
    return _blind(db, [(resident, home) for resident, home in found])


def in_sight(db: Session, actor: Actor, now: datetime) -> Mapping[UUID, Blind]:
    """Everybody whom `actor` may see and nobody can hear."""
    suspects = set(db.scalars(_SUSPECTS))
    homes = list(tickets.blind_homes(_connection(db), suspects)) if suspects else []
    if not homes:
        return {}
    there = list(db.scalars(_RESIDENTS, {"homes": homes, "now": now}))
    visible = access.visible(db, actor, now).subquery()
    seen = set(db.scalars(visible.select().where(visible.c.resident.in_(there))))
    return of_residents(db, seen, now)


def _blind(db: Session, places: Collection[tuple[UUID, UUID]]) -> Mapping[UUID, Blind]:
    dark = tickets.blind_homes(_connection(db), {home for _, home in places}) if places else {}
    homes: dict[UUID, list[Blind | None]] = {}
    for resident, home in places:
        homes.setdefault(resident, []).append(dark.get(home))
    # Blind since the last of their homes fell silent.
    return {
        resident: max((each for each in found if each), key=lambda each: each.since)
        for resident, found in homes.items()
        if all(found)
    }


def _connection(db: Session) -> Connection:
    found = db.connection().connection.driver_connection
    if not isinstance(found, Connection):
        raise TypeError(found)
    return found
