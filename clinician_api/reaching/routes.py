"""Calls that are owed, over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity.routes import ActingStaff
from clinician_api.reaching import service
from clinician_api.reaching.schemas import OwedCallOut, TriedIn
from clinician_api.reaching.service import Owed, Tried

router = APIRouter(prefix="/calls", tags=["reaching"])


@router.get("")
def list_calls(actor: ActingStaff, db: Db, now: Now) -> list[OwedCallOut]:
    """Whom no way reached, of those in the asker's sight; the soonest due first."""
    return [_out(each) for each in service.owed(db, actor, now=now)]


@router.post("/{call}/tries", status_code=204)
def tried(call: UUID, said: TriedIn, actor: ActingStaff, db: Db, now: Now) -> None:
    """Say what came of a call. `reached`, `visited` and `no_longer_needed` end the duty."""
    service.tried(db, actor, Tried(call, said.version, said.said, said.note), now=now)


def _out(owed: Owed) -> OwedCallOut:
    row = owed.call
    return OwedCallOut(
        id=row.id,
        resident=row.resident,
        name=owed.name,
        phone=owed.phone,
        code=row.code,
        urgency=row.urgency,
        owner=row.owner,
        opened_at=row.opened_at,
        due_at=row.due_at,
        is_overdue=owed.is_overdue,
        tries=len(owed.tries),
        version=row.version,
    )
