"""The pages between knocking and being in. Guarded by origin: no token of a form follows from a login yet."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity import passing, phoning
from clinician_api.identity.door_routes import Sending, TheDoor, Token, among, by_phone
from clinician_api.identity.routes import entered, same_origin, set_cookie, visitor_of
from clinician_api.identity.schemas import OneTimeCode, Phone, PhoneCode, SecondCode
from clinician_api.web.asking import back, ours
from clinician_api.web.door.asking import refuses_with, show, square
from clinician_api.web.door.views import Step
from clinician_api.web.words import later

router = APIRouter(prefix="/login", include_in_schema=False, dependencies=[Depends(same_origin)])

_CODE = Step(later("Code from your device"))
_ENROL = Step(later("Set up your second factor"))
_PHONE = Step(later("Log in by telephone"))
_PHONE_CODE = Step(later("Code from the message"))
_PAPER = Step(later("Codes for emergencies"))
_Next = Annotated[str, Form(max_length=500)]


@router.get("/code")
def show_code(request: Request, token: Token, db: Db, now: Now, next: str = "/") -> Response:  # noqa: A002 (as browsers say it)
    waits = passing.waiting(db, token, now=now)
    if waits is None:
        return RedirectResponse("/", 303)
    if waits.stage == "enrol":
        return RedirectResponse("/login/second", 303)
    return show(request, "door/code.html", Step(_CODE.title, next=ours(next)))


@router.post("/code")
def give_code(
    request: Request,
    token: Token,
    door: TheDoor,
    db: Db,
    now: Now,
    code: Annotated[SecondCode, Form()],
    next: _Next = "/",  # noqa: A002 (as browsers say it)
) -> Response:
    refuses_with(request, "door/code.html", Step(_CODE.title, next=ours(next)))
    new = passing.pass_second(db, door, token, code, visitor=visitor_of(request), now=now)
    return _in(request, new, db, now, back(next))


@router.get("/second")
def show_second(request: Request, token: Token, door: TheDoor, db: Db, now: Now) -> Response:
    return show(request, "door/second.html", _enrolling(token, door, db, now))


@router.post("/second")
def confirm_second(
    request: Request, token: Token, door: TheDoor, db: Db, now: Now, code: Annotated[OneTimeCode, Form()]
) -> Response:
    refuses_with(request, "door/second.html", _enrolling(token, door, db, now))
    new, paper = passing.confirm_second(db, door, token, code, visitor=visitor_of(request), now=now)
    return _in(request, new, db, now, show(request, "door/paper.html", Step(_PAPER.title, paper=paper)))


@router.get("/phone")
def show_phone(request: Request) -> Response:
    return show(request, "door/phone.html", _PHONE)


@router.post("/phone")
def ask_code(
    request: Request, door: TheDoor, send: Sending, db: Db, now: Now, phone: Annotated[Phone, Form()]
) -> Response:
    """It says the same of a number that nobody has."""
    refuses_with(request, "door/phone.html", Step(_PHONE.title, phone=phone))
    phoning.ask(db, door, phone, "login", send, visitor=visitor_of(request), now=now)
    return show(request, "door/phone_code.html", Step(_PHONE_CODE.title, phone=phone))


@router.post("/phone/code")
def give_phone_code(
    request: Request,
    door: TheDoor,
    db: Db,
    now: Now,
    phone: Annotated[Phone, Form()],
    code: Annotated[OneTimeCode, Form()],
    resident: Annotated[UUID | None, Form()] = None,
) -> Response:
    refuses_with(request, "door/phone_code.html", Step(_PHONE_CODE.title, phone=phone))
    found = by_phone(request, PhoneCode(phone=phone, code=code, resident=resident), door, db, now)
    if found.token is None:
        people = tuple(among(db, found).residents.items())
        step = Step(later("Who are you?"), phone=phone, code=code, among=people)
        return show(request, "door/who.html", step)
    return _in(request, found.token, db, now, back("/me"))


def _enrolling(token: str, door: TheDoor, db: Db, now: Now) -> Step:
    new = passing.begin_second(db, door, token, now=now)
    return Step(_ENROL.title, secret=new.secret, square=square(new.uri))


def _in(request: Request, token: str, db: Db, now: Now, response: Response) -> Response:
    found = entered(db, token, now)
    set_cookie(response, token, request.app.state.settings, actor=found.actor)
    return response


def waits_at(waits: str, next: str) -> Response | None:  # noqa: A002 (as browsers say it)
    """Where a login goes whose password was right."""
    if waits == "code":
        return RedirectResponse(f"/login/code?next={ours(next)}", 303)
    return RedirectResponse("/login/second", 303) if waits == "enrol" else None
