"""Staff, teams and roles of the administrator's own institution over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from clinician_api.access import service as access
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import NotFoundError
from clinician_api.identity import changing, staffing
from clinician_api.identity.routes import ActingAdministrator
from clinician_api.identity.schemas import GivenReset, NewRole, NewStaff, NewTeam, StaffOut, TeamOut

router = APIRouter(tags=["staff"])


def house(actor: ActingAdministrator) -> UUID:
    if actor.institution is None:
        raise NotFoundError("institution.unknown")
    return actor.institution


House = Annotated[UUID, Depends(house)]


@router.get("/teams")
def list_teams(institution: House, db: Db) -> list[TeamOut]:
    return staffing.teams(db, institution)


@router.post("/teams", status_code=201)
def open_team(
    new: NewTeam, actor: ActingAdministrator, institution: House, db: Db, now: Now
) -> list[TeamOut]:
    staffing.open_team(db, access.by(actor), institution, new, now=now)
    return staffing.teams(db, institution)


@router.get("/staff")
def list_staff(institution: House, db: Db, now: Now) -> list[StaffOut]:
    return staffing.staff(db, institution, now)


@router.post("/staff", status_code=201)
def employ(
    new: NewStaff, request: Request, actor: ActingAdministrator, institution: House, db: Db, now: Now
) -> list[StaffOut]:
    """Without a role until one is given."""
    passwords = request.app.state.door.passwords
    staffing.employ(db, access.by(actor), institution, new, passwords=passwords, now=now)
    return staffing.staff(db, institution, now)


@router.delete("/staff/{account}", status_code=204)
def leave(account: UUID, actor: ActingAdministrator, institution: House, db: Db, now: Now) -> None:
    staffing.leave(db, access.by(actor), institution, account, now=now)


@router.post("/staff/{account}/password", status_code=201)
def reset_password(account: UUID, actor: ActingAdministrator, db: Db, now: Now) -> GivenReset:
    """A one-time code for a colleague who forgot their password: it is handed over in person."""
    return GivenReset(code=changing.reset(db, actor, account, now=now))


@router.post("/staff/{account}/roles", status_code=201)
def appoint(
    account: UUID, new: NewRole, actor: ActingAdministrator, institution: House, db: Db, now: Now
) -> list[StaffOut]:
    staffing.appoint(db, access.by(actor), institution, account, new.role, team=new.team, now=now)
    return staffing.staff(db, institution, now)


@router.delete("/roles/{membership}", status_code=204)
def dismiss(membership: UUID, actor: ActingAdministrator, institution: House, db: Db, now: Now) -> None:
    staffing.dismiss(db, access.by(actor), institution, membership, now=now)
