"""Why gateways and meters are out of sight: tickets and blind homes, for pages and commands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from ingest.watch.silence import Cause

_TICKETS: Final = """
select t.id, t.cause, t.subject, t.since, t.opened_at, t.closed_at,
       count(distinct g.id)::int as gateways, count(distinct g.home)::int as homes
from ingest.ticket t
left join ingest.gateway_silence q on q.ticket = t.id and (t.closed_at is not null or q.until is null)
left join ingest.meter m on t.cause = 'meter' and m.key = t.subject
left join ingest.gateway g on g.id = coalesce(q.gateway, m.gateway)
left join ingest.home h on h.id = g.home
where (t.closed_at is null) = %(standing)s
  and (%(institutions)s::uuid[] is null or h.institution = any(%(institutions)s))
group by t.id
order by t.closed_at desc, array_position(array['platform', 'network', 'gateway', 'meter'], t.cause), t.since
limit %(most)s
"""

_HOMES: Final = """
select home, since, cause from ingest.blind_home where %(homes)s::uuid[] is null or home = any(%(homes)s)
"""

_RESIDENTS: Final = """
select b.resident, (array_agg(v.home order by v.since desc))[1], max(v.since),
       (array_agg(v.cause order by v.since desc))[1]
from (
    select distinct resident, home from ingest.meter_binding
    where resident = any(%(residents)s) and since <= %(now)s and (until is null or until > %(now)s)
) b
left join ingest.blind_home v using (home)
group by b.resident having bool_and(v.home is not null)
"""

_JUDGED: Final = "select judged_at from ingest.silence_watch"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One errand for one cause. `subject` is a gateway's id, a meter's key, `operator/region` with * for any
    and - for not known, or * for everything. `gateways` and `homes` are those it explains."""

    id: int
    cause: Cause
    subject: str
    since: datetime
    opened_at: datetime
    closed_at: datetime | None
    gateways: int
    homes: int


@dataclass(frozen=True, slots=True)
class Blind:
    """A home of which no gateway can be heard, since the last one fell silent."""

    home: UUID
    since: datetime
    cause: Cause


def tickets(
    connection: Connection,
    *,
    standing: bool = True,
    institutions: tuple[UUID, ...] | None = None,
    most: int = 50,
) -> list[Ticket]:
    """Those that stand, the widest cause first; or those that are closed, the last first."""
    values = {
        "standing": standing,
        "institutions": None if institutions is None else list(institutions),
        "most": most,
    }
    with connection.cursor(row_factory=class_row(Ticket)) as cursor:
        return cursor.execute(_TICKETS, values).fetchall()


def blind_homes(connection: Connection, homes: Collection[UUID] | None = None) -> dict[UUID, Blind]:
    """Of these homes, or of all."""
    found = connection.execute(_HOMES, {"homes": None if homes is None else list(homes)})
    return {home: Blind(home, since, cause) for home, since, cause in found}


def blind_residents(
    connection: Connection, residents: Collection[UUID], *, now: datetime
) -> dict[UUID, Blind]:
    """Residents from whom nothing can come: every home in which they have a meter is blind."""
    found = connection.execute(_RESIDENTS, {"residents": list(residents), "now": now})
    return {resident: Blind(home, since, cause) for resident, home, since, cause in found}


def watched_until(connection: Connection) -> datetime | None:
    """When silence was judged last. Long ago means that nobody knows, not that all is well."""
    row = connection.execute(_JUDGED).fetchone()
    return None if row is None else row[0]
