"""What becomes of open cases when a contract ends: they go to whoever answers now. After a death they end.

Asked by a job at the moment of the end; the sweep finds the same by itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from alerts.store import endings
from clinician_api.access import service as access
from clinician_api.access.rules import Source
from clinician_api.contracts import ending
from clinician_api.contracts.ending import Death
from clinician_api.triage import casework, escalation
from clinician_api.triage.casework import Happened
from clinician_api.triage.clocks import Clocks
from clinician_api.triage.models import Case
from ingest.fleet import registry
from ingest.fleet.registry import RegistryError
from ingest.store.steps import Deed

_BINDINGS: Final = text("""
select home, meter, slot from ingest.meter_binding
where resident = :resident and (until is null or until > :now)
order by home, meter, slot
""")
_WHY: Final = "the resident has died"


def wind_up(db: Session, resident: UUID, *, clocks: Clocks, now: datetime) -> None:
    """Every open case, in the order of their ids; twice is once."""
    death = ending.death_of(db, resident, now)
    if death is not None:
        _release_meters(db, resident, death, now)
    wanted = select(Case.episode).where(Case.resident == resident, Case.state != "resolved")
    for episode in list(db.scalars(wanted.order_by(Case.episode))):
        if death is not None and death.account is not None:
            _close(db, episode, death.account, clocks=clocks, now=now)
        else:
            escalation.look(db, episode, clocks=clocks, now=now)


def _close(db: Session, episode: UUID, account: UUID, *, clocks: Clocks, now: datetime) -> None:
    """In the name of whoever wrote the death down: a case is never resolved by nobody."""
    case = casework.locked(db, episode)
    if case.state == "resolved":
        return
    held = replace(
        casework.handling(case),
        state="resolved",
        owner=case.owner or account,
        claimed_at=case.claimed_at or now,
        offered_to=None,
        snoozed_until=None,
        snooze_reason="",
        resolved_at=now,
        outcome="nothing_needed",
    )
    access.end(db, Source("episode", episode), now=now)
    endings.end(db, episode, now=now)
    happened = Happened("resident_died", actor=account)
    casework.put(db, case, held, happened, clocks=clocks, now=now)


def _release_meters(db: Session, resident: UUID, death: Death, now: datetime) -> None:
    """What is measured on them since waits for an owner: nobody is called about the dead."""
    found = db.connection().connection.driver_connection
    assert isinstance(found, Connection)  # noqa: S101 - the driver that `db.connect` names
    db.flush()
    for home, meter, slot in db.execute(_BINDINGS, {"resident": resident, "now": now}).all():
        deed = Deed(str(death.account or "contracts"), _WHY, now)
        try:
            registry.release(found, home=home, meter=meter, slot=slot, until=death.at, deed=deed)
        except RegistryError:
            continue  # somebody else released it meanwhile
