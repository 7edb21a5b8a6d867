"""One's own login over HTTP. Nothing typed as a password ever comes back to a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from pydantic import AfterValidator

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity import changing, logins, second
from clinician_api.identity.changing import Anew, Change
from clinician_api.identity.door_routes import TheDoor
from clinician_api.identity.routes import CurrentActor, entered, same_origin, set_cookie, visitor_of
from clinician_api.identity.schemas import LoginName, LoginOut, Password, ResetCode
from clinician_api.problems import Problem
from clinician_api.text import one_line
from clinician_api.web.asking import Asker, Asks, back
from clinician_api.web.door.asking import refuses_with, show
from clinician_api.web.door.routes import waits_at
from clinician_api.web.door.views import Step
from clinician_api.web.words import later

router = APIRouter(include_in_schema=False)
anew = APIRouter(prefix="/login", include_in_schema=False, dependencies=[Depends(same_origin)])
_ANEW = Step(later("Set a new password"))
_Code = Annotated[str, Form(max_length=20), AfterValidator(one_line)]


@dataclass(frozen=True, slots=True)
class Own:
    """What the page shows. `trouble` is the code of why a new password was refused."""

    logins: tuple[LoginOut, ...]
    has_second: bool
    is_done: bool = False
    trouble: str = ""


@router.get("/account")
def account(asks: Asks, db: Db, done: bool = False) -> Response:  # noqa: FBT001, FBT002 (of the address)
    return _page(asks, _own(asks, db, is_done=done))


@router.post("/account/password")
def change_password(
    request: Request,
    asks: Asks,
    door: TheDoor,
    db: Db,
    old: Annotated[Password, Form()],
    new: Annotated[Password, Form()],
    code: _Code = "",
) -> Response:
    """Every other login of theirs ends, and this one has a new token."""
    own = _own(asks, db)

    def refusal(problem: Problem) -> Response:
        trouble = "locked" if problem.status == 429 else problem.code
        return _page(asks, Own(own.logins, own.has_second, trouble=trouble), problem.status)

    request.state.refusal = refusal
    said = Change(old.get_secret_value(), new.get_secret_value(), code)
    token = changing.change(db, door, asks.actor, said, visitor=visitor_of(request), now=asks.now)
    response = back("/account?done=true")
    set_cookie(response, token, request.app.state.settings, actor=asks.actor)
    return response


@router.post("/account/logins/{login}")
def end_login(login: UUID, actor: CurrentActor, db: Db, now: Now) -> Response:
    logins.end_login(db, actor, login, now=now)
    return back("/account")


@anew.get("/anew")
def show_anew(request: Request) -> Response:
    return show(request, "door/anew.html", _ANEW)


@anew.post("/anew")
def set_anew(
    request: Request,
    door: TheDoor,
    db: Db,
    now: Now,
    name: Annotated[LoginName, Form()],
    code: Annotated[ResetCode, Form()],
    new: Annotated[Password, Form()],
) -> Response:
    """With the code of an administrator; whoever has a second factor is asked for it next."""
    refuses_with(request, "door/anew.html", Step(_ANEW.title, name=name))
    said = Anew(name, code, new.get_secret_value())
    token = changing.set_anew(db, door, said, visitor=visitor_of(request), now=now)
    found = entered(db, token, now)
    response = waits_at(found.waits, "/") or back("/")
    set_cookie(response, token, request.app.state.settings, actor=found.actor)
    return response


def _own(asks: Asker, db: Db, *, is_done: bool = False) -> Own:
    found = tuple(logins.logins_of(db, asks.actor, now=asks.now))
    return Own(found, second.is_confirmed(db, asks.actor.account), is_done=is_done)


def _page(asks: Asker, own: Own, status: int = 200) -> Response:
    return asks.page("account/account.html", here="/account", status=status, own=own, size=20)
