"""Staff over HTTP: found, employed, given and relieved of roles, and gone. Needs no script."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, SecretStr, ValidationError
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.db import Db
from clinician_api.errors import ConflictError
from clinician_api.identity import changing, staffing
from clinician_api.identity.routes import ActingAdministrator
from clinician_api.identity.rules import OF_NO_TEAM, TeamRole
from clinician_api.identity.schemas import NewStaff
from clinician_api.identity.staff_routes import House
from clinician_api.web import labels
from clinician_api.web.admin import staff
from clinician_api.web.admin.staff import Hiring
from clinician_api.web.asking import Asker, Asks, back

router = APIRouter(prefix="/admin/staff", include_in_schema=False)
_STAFF: Final = "/admin/staff"
_OF_TEAMS: Final = tuple(
    code for code in labels.ROLES if code not in OF_NO_TEAM | {"duty", "steward", "resident"}
)
_OF_HOUSES: Final = tuple(code for code in labels.ROLES if code in OF_NO_TEAM)
Typed = Annotated[str, Form(max_length=100)]


@router.get("")
def shown(asks: Asks, house: House, db: Db, page: Annotated[int, Query(ge=1, le=1000)] = 1) -> Response:
    return _list(asks, db, house, Hiring(), page=page)


@router.post("/search")
def search(asks: Asks, house: House, db: Db, q: Typed = "") -> Response:
    """What was typed stands in no address."""
    return _list(asks, db, house, Hiring(), typed=q)


class HiringForm(BaseModel):
    """As typed: what is wrong with it is said beside the field, and the rest stays."""

    name: Annotated[str, Form(max_length=500)] = ""
    login_name: Annotated[str, Form(max_length=500)] = ""
    password: SecretStr = SecretStr("")


@router.post("")
def employ(
    form: Annotated[HiringForm, Form()],
    request: Request,
    asks: Asks,
    actor: ActingAdministrator,
    house: House,
    db: Db,
) -> Response:
    typed = Hiring(form.name, form.login_name)
    try:
        new = NewStaff(name=form.name, login_name=form.login_name.strip(), password=form.password)
    except ValidationError as error:
        wrong = frozenset(str(each["loc"][0]) for each in error.errors())
        return _list(asks, db, house, replace(typed, wrong=wrong), status=422)
    passwords = request.app.state.door.passwords
    try:
        account = staffing.employ(db, access.by(actor), house, new, passwords=passwords, now=asks.now)
    except ConflictError:
        taken = replace(typed, wrong=frozenset({"login_name"}), is_taken=True)
        return _list(asks, db, house, taken, status=409)
    return back(f"{_STAFF}/{account}")


@router.post("/{account}/password")
def reset_password(account: UUID, asks: Asks, actor: ActingAdministrator, db: Db) -> Response:
    """The code is on this answer alone: nobody can look it up again."""
    code = changing.reset(db, actor, account, now=asks.now)
    return asks.page("admin/reset.html", here=f"{_STAFF}/{account}", code=code, href=f"{_STAFF}/{account}")


@router.get("/{account}")
def one(account: UUID, asks: Asks, house: House, db: Db) -> Response:
    worker = staff.one(db, house, account, me=asks.actor.account, now=asks.now)
    places = staff.places(db, house)
    return asks.page(
        "admin/worker.html", worker=worker, places=places, of_teams=_OF_TEAMS, of_houses=_OF_HOUSES
    )


class AppointForm(BaseModel):
    role: TeamRole
    team: Annotated[UUID | None, BeforeValidator(lambda word: word or None)] = None


@router.post("/{account}/roles")
def appoint(
    account: UUID,
    form: Annotated[AppointForm, Form()],
    asks: Asks,
    actor: ActingAdministrator,
    house: House,
    db: Db,
) -> Response:
    staffing.appoint(db, access.by(actor), house, account, form.role, team=form.team, now=asks.now)
    return back(f"{_STAFF}/{account}")


@router.post("/{account}/roles/{membership}/end")
def dismiss(
    account: UUID, membership: UUID, asks: Asks, actor: ActingAdministrator, house: House, db: Db
) -> Response:
    staffing.dismiss(db, access.by(actor), house, membership, now=asks.now)
    return back(f"{_STAFF}/{account}")


@router.post("/{account}/leave")
def leave(account: UUID, asks: Asks, actor: ActingAdministrator, house: House, db: Db) -> Response:
    """They are out at once, whatever page they have open."""
    staffing.leave(db, access.by(actor), house, account, now=asks.now)
    return back(_STAFF)


def _list(
    asks: Asker,
    db: Session,
    house: UUID,
    hiring: Hiring,
    *,
    typed: str = "",
    page: int = 1,
    status: int = 200,
) -> Response:
    found = staff.listing(db, house, typed, page, me=asks.actor.account, now=asks.now)
    return asks.page("admin/staff.html", here=_STAFF, status=status, page=found, hiring=hiring)
