"""Gateways and meters within a steward's reach. Whose meter it is stands in each row, so each look at a page
of the table is written down for those people. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from clinician_api.errors import About, NotFoundError
from clinician_api.stewards.acting import Acting
from ingest.fleet import gateway_page, tickets
from ingest.fleet import table as fleet_table
from ingest.fleet.gateway_page import GatewayPage
from ingest.fleet.table import FleetRow, FleetTally, Place, Trouble, Which
from ingest.fleet.tickets import Ticket
from ingest.store.recent import Received, received

PAGE: Final = 50
FRESH: Final = timedelta(minutes=5)
_BATCHES: Final = 12
_TICKETS: Final = 20
_SILENT: Final = text("""
select count(*) from ingest.gateway_silence s
join ingest.gateway g on g.id = s.gateway join ingest.home h on h.id = g.home
where s.until is null
  and (cast(:institutions as uuid[]) is null or h.institution = any(cast(:institutions as uuid[])))
""")


def table(acts: Acting, trouble: Trouble | None, after: Place | None) -> list[FleetRow]:
    """One more than a page holds tells that there is another."""
    which = replace(_reach(acts), trouble=trouble)
    found = fleet_table.fleet(acts.connection, which, now=acts.now, most=PAGE + 1, after=after)
    acts.note("fleet.listed", {"rows": min(len(found), PAGE)})
    acts.note_read(_residents(found[:PAGE]), "fleet")
    return found


def sums(acts: Acting) -> FleetTally:
    return fleet_table.tally(acts.connection, _reach(acts), now=acts.now)


def silent(acts: Acting) -> int:
    """How many gateways nobody hears."""
    institutions = acts.reach.filter
    return _silent(acts.db, None if institutions is None else list(institutions))


def silent_in(db: Session, institution: UUID) -> int:
    """The same number for whoever may know the sum alone."""
    return _silent(db, [institution])


def _silent(db: Session, institutions: list[UUID] | None) -> int:
    return db.scalar(_SILENT, {"institutions": institutions}) or 0


def errands(acts: Acting) -> list[Ticket]:
    """The tickets that stand, the widest cause first: one for a gateway, however many homes it blinds."""
    return tickets.tickets(acts.connection, institutions=acts.reach.filter, most=_TICKETS)


def judged_at(acts: Acting) -> datetime | None:
    """When silence was judged last: of longer ago than `FRESH` nobody knows who is silent now."""
    return tickets.watched_until(acts.connection)


def gateway(acts: Acting, which: UUID) -> GatewayPage:
    """Raises NotFoundError for one that is out of reach, as for one that is not there."""
    wanted = replace(_reach(acts), gateway=which)
    found = gateway_page.one(acts.connection, wanted, now=acts.now)
    if found is None:
        raise NotFoundError("gateway.unknown", about=About("gateway", which))
    acts.note("gateway.read", {}, target=("gateway", which))
    acts.note_read(_residents(found.rows), "gateway")
    return found


def batches(acts: Acting, which: UUID) -> list[Received]:
    """The last ones of a gateway that the caller has made sure is in reach."""
    return received(acts.connection, which, _BATCHES)


def _reach(acts: Acting) -> Which:
    return Which(institutions=acts.reach.filter)


def _residents(rows: Iterable[FleetRow]) -> Iterable[UUID]:
    return (resident for row in rows if row.meter for resident in row.meter.residents)
