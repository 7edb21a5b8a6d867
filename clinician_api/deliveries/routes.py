"""What a resident's contract promised and gave, over HTTP. There is no route that writes it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from clinician_api.access import service as access
from clinician_api.clock import Now
from clinician_api.contracts import service as contracts
from clinician_api.db import Db
from clinician_api.deliveries import due
from clinician_api.identity.routes import ActingStaff, CurrentActor
from clinician_api.packages import service as packages
from clinician_api.packages.schemas import DueOut, EventOut, LedgerOut, LineOut, OwedOut, SaidOut
from clinician_api.packages.years import day_of

router = APIRouter(tags=["packages"])


@router.get("/services/due")
def services_due(actor: ActingStaff, db: Db, now: Now) -> list[OwedOut]:
    """What the asker's teams owe next, the soonest to end first; at most 100."""
    today = day_of(now)
    return [
        OwedOut(
            resident=each.resident,
            contract=each.line.contract,
            item=each.line.item,
            name=SaidOut.of(each.line.name),
            due=DueOut.of_due(each.due),
            when=each.due.when(today),
        )
        for each in due.owed(db, actor, now=now)
    ]


@router.get("/residents/{resident}/entitlements")
def entitlements(resident: UUID, actor: CurrentActor, db: Db, now: Now, on: date | None = None) -> LedgerOut:
    """Of the contract that runs now, in its year in which `on` lies: today's if no day is named."""
    access.require(db, actor, resident, purpose="entitlements", now=now)
    held, day = contracts.team_of(db, resident, now), on or day_of(now)
    if held is None:
        return LedgerOut(contract=None, on=day, lines=[], events=[])
    lines = packages.ledger(db, held.contract, day)
    known = {line.entitlement for line in lines}
    events = [each for each in packages.events(db, held.contract) if each.entitlement in known]
    return LedgerOut(
        contract=held.contract,
        on=day,
        lines=[LineOut.of(line, day) for line in lines],
        events=[EventOut.of(each) for each in events],
    )
