"""What a withdrawn consent ends of contracts: without leave to use data nobody can care for a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.audit.rules import By
from clinician_api.clock import Now
from clinician_api.consents import routes as consents_routes
from clinician_api.consents import service as consents
from clinician_api.consents.rules import Purpose
from clinician_api.contracts import book, ending, service, turning
from clinician_api.db import Db
from clinician_api.identity.routes import ActingResident

router = APIRouter(tags=["consents"])


@router.delete("/me/consents/{purpose}", status_code=204)
def take_back(purpose: Purpose, actor: ActingResident, db: Db, now: Now) -> None:
    """From this moment on. Without `care` the contract ends, and the duty desk answers for thirty days."""
    resident = consents_routes.whose(actor)
    consents_routes.basis_of(db, actor, resident, now)
    withdraw(db, access.by(actor), resident, purpose, now=now)


def withdraw(db: Session, by: By, resident: UUID, purpose: Purpose, *, now: datetime) -> None:
    """In one transaction, so that no moment has a team that answers and sees nothing."""
    consents.withdraw(db, by, resident, purpose, now=now)
    if purpose == "care":
        turning.catch_up(db, resident, now=now)
        for row in book.of_resident(db, resident):
            if ending.goes_on(row, now):
                service.end(db, by, row.id, why="own_wish", now=now)
