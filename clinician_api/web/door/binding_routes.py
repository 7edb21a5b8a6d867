"""A telephone bound to a resident: staff show a square, the resident's telephone scans it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import Response

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity import binding, logins, service
from clinician_api.identity.door_routes import TheDoor
from clinician_api.identity.routes import (
    ActingStaff,
    entered,
    leave_before,
    same_origin,
    set_cookie,
    visitor_of,
)
from clinician_api.identity.rules import masked_name
from clinician_api.notices import service as notices
from clinician_api.notices.rules import Message, Recipient
from clinician_api.web.asking import Asks, back
from clinician_api.web.door.asking import show, square
from clinician_api.web.door.views import Step
from clinician_api.web.words import later

router = APIRouter(include_in_schema=False)

_Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,64}$")]


@router.post("/residents/{resident}/identity/phone")
def offer(resident: UUID, asks: Asks, _staff: ActingStaff, db: Db, request: Request) -> Response:
    """The square, for whoever sits beside the resident. It is good once, and for ten minutes."""
    token = binding.offer(db, asks.actor, resident, now=asks.now)
    address = f"{request.app.state.settings.public_origin}/bind/{token}"
    person = service.residents(db, [resident])[resident]
    return asks.page(
        "door/offer.html",
        here=f"/residents/{resident}/identity",
        name=person.name,
        square=square(address),
        back=resident,
    )


@router.get("/bind/{secret}")
def ask(secret: _Secret, request: Request, db: Db, now: Now) -> Response:
    """A look uses nothing up: a telephone may fetch a page before its person touches it."""
    who = binding.whose(db, secret, now=now)
    name = masked_name(service.residents(db, [who])[who].name)
    return show(request, "door/bind.html", Step(later("Is this you?"), name=name, action=f"/bind/{secret}"))


@router.post("/bind/{secret}", dependencies=[Depends(same_origin)])
def take(
    secret: _Secret,
    request: Request,
    door: TheDoor,
    db: Db,
    now: Now,
    yes: Annotated[bool, Form()],  # noqa: ARG001 (a form must not come by itself)
) -> Response:
    who = binding.whose(db, secret, now=now)
    account = binding.take(db, secret, passwords=door.passwords, now=now)
    # Whoever showed the square could scan it: the number that is known of the resident hears of it.
    bound = Message("phone.bound", "account", account, now.isoformat())
    notices.queue(db, [Recipient("resident", who)], bound, now=now)
    leave_before(request, db, now)
    token = logins.open_for(db, door, account, visitor_of(request), now=now)
    response = back("/me")
    set_cookie(response, token, request.app.state.settings, actor=entered(db, token, now).actor)
    return response
