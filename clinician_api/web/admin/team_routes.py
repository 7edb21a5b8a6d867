"""The administrator's overview, teams and their room over HTTP. Works without a script; shows no resident."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, Field

from clinician_api.access import service as access
from clinician_api.contracts import looking
from clinician_api.contracts.places import Limit
from clinician_api.db import Db
from clinician_api.identity import staffing
from clinician_api.identity.routes import ActingAdministrator
from clinician_api.identity.rules import OF_NO_TEAM, TeamRole
from clinician_api.identity.schemas import NewTeam
from clinician_api.identity.staff_routes import House
from clinician_api.text import Line
from clinician_api.web import labels, stale
from clinician_api.web.admin import overview, teams
from clinician_api.web.asking import Asks, back
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/admin", include_in_schema=False)
_TEAMS = "/admin/teams"
_ROLES = tuple(code for code in labels.ROLES if code not in OF_NO_TEAM | {"duty", "steward", "resident"})


@router.get("")
def front(asks: Asks, house: House, db: Db) -> Response:
    found = overview.overview(db, house, now=asks.now)
    return asks.page("admin/overview.html", page=found)


@router.get("/teams")
def every(asks: Asks, house: House, db: Db) -> Response:
    found = overview.overview(db, house, now=asks.now)
    return asks.page("admin/teams.html", page=found)


class TeamForm(BaseModel):
    name: Line
    phone: Annotated[str, Field(pattern=r"^\+?[0-9]{5,15}$")]


@router.post("/teams")
def open_team(
    form: Annotated[TeamForm, Form()], asks: Asks, actor: ActingAdministrator, house: House, db: Db
) -> Response:
    new = NewTeam(name=form.name, phone=form.phone)
    team = staffing.open_team(db, access.by(actor), house, new, now=asks.now)
    return back(f"{_TEAMS}/{team}")


@router.get("/teams/{team}")
def one(team: UUID, asks: Asks, house: House, db: Db) -> Response:
    found = teams.page(db, house, team, me=asks.actor.account, now=asks.now)
    return asks.page("admin/team.html", page=found, roles=_ROLES)


def _nothing_is_none(word: object) -> object:
    """A browser sends an empty field as an empty word."""
    return None if word == "" else word


Most = Annotated[int | None, BeforeValidator(_nothing_is_none), Field(ge=0, le=100_000)]


class RoomForm(BaseModel):
    """Without `most` the region's rule holds. What begins with `saw` stood on the page."""

    most: Most = None
    is_open: bool = False
    saw_most: Most = None
    saw_open: bool = False
    here: Annotated[str, Form(max_length=500)] = _TEAMS


@router.post("/teams/{team}/places")
def set_room(
    request: Request,
    team: UUID,
    form: Annotated[RoomForm, Form()],
    asks: Asks,
    actor: ActingAdministrator,
    db: Db,
) -> Response:
    seen = Limit(form.saw_most, form.saw_open)
    shown(request, form, beside=stale.rooms(seen, looking.limit_of(db, team), asks.words))
    looking.set_places(db, actor, team, most=form.most, is_open=form.is_open, seen=seen, now=asks.now)
    return back(f"{_TEAMS}/{team}")


class RoleForm(BaseModel):
    account: UUID
    role: TeamRole


@router.post("/teams/{team}/roles")
def appoint(
    team: UUID,
    form: Annotated[RoleForm, Form()],
    asks: Asks,
    actor: ActingAdministrator,
    house: House,
    db: Db,
) -> Response:
    staffing.appoint(db, access.by(actor), house, form.account, form.role, team=team, now=asks.now)
    return back(f"{_TEAMS}/{team}")


@router.post("/teams/{team}/roles/{membership}/end")
def dismiss(
    team: UUID, membership: UUID, asks: Asks, actor: ActingAdministrator, house: House, db: Db
) -> Response:
    staffing.dismiss(db, access.by(actor), house, membership, now=asks.now)
    return back(f"{_TEAMS}/{team}")
