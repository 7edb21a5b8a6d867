"""Helping somebody for one visit: their telephone gets a code, and they read it out."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from clinician_api.db import Db
from clinician_api.identity import phoning
from clinician_api.identity.door_routes import Sending, TheDoor, among
from clinician_api.identity.routes import visitor_of
from clinician_api.identity.schemas import OneTimeCode, Phone, PhoneCode
from clinician_api.web.asking import Asks, back
from clinician_api.web.door.views import Step
from clinician_api.web.words import later

router = APIRouter(prefix="/family/help", include_in_schema=False)
_TITLE = later("Help somebody")
_SIZE = 20


@router.post("")
def ask(
    request: Request, asks: Asks, door: TheDoor, send: Sending, db: Db, phone: Annotated[Phone, Form()]
) -> Response:
    """Says the same of a number that nobody has."""
    phoning.ask(db, door, phone, "help", send, visitor=visitor_of(request), now=asks.now)
    return asks.page("door/help.html", here="/family", step=Step(_TITLE, phone=phone), size=_SIZE)


@router.post("/code")
def give(
    request: Request,
    asks: Asks,
    door: TheDoor,
    db: Db,
    phone: Annotated[Phone, Form()],
    code: Annotated[OneTimeCode, Form()],
    resident: Annotated[UUID | None, Form()] = None,
) -> Response:
    given = PhoneCode(phone=phone, code=code, resident=resident)
    found = phoning.help_with(db, door, asks.actor, given, visitor=visitor_of(request), now=asks.now)
    if found.among:
        people = tuple(among(db, found).residents.items())
        step = Step(_TITLE, phone=phone, code=code, among=people)
        return asks.page("door/help.html", here="/family", step=step, size=_SIZE)
    return back("/me")
