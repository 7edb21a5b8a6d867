"""Applying at the counter over HTTP: for somebody who stands there and shows their card. Needs no script.

The card's number is typed once and sent along with each step: whom it does not name, nobody applies for here.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.consents import service as consents
from clinician_api.consents.rules import Evidence
from clinician_api.contracts import service
from clinician_api.contracts.acts import Form as Seen
from clinician_api.db import Db
from clinician_api.errors import ConflictError, InvalidError, NotFoundError
from clinician_api.identity import papers
from clinician_api.identity.numbers import DocumentKind
from clinician_api.identity.routes import ActingStaff
from clinician_api.identity.staff_routes import house
from clinician_api.web.asking import Asks, back
from clinician_api.web.contracts import counter_pages
from clinician_api.web.contracts.counter_pages import HERE, Card
from clinician_api.web.contracts.entering import Typed
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/counter", include_in_schema=False)
Number = Annotated[str, Form(max_length=40)]


@router.get("")
def ask(asks: Asks, _staff: ActingStaff, tab: Literal["", "done"] = "") -> Response:
    return counter_pages.ask(asks, is_done=tab == "done")


@router.post("")
def who(
    request: Request,
    asks: Asks,
    staff: ActingStaff,
    db: Db,
    number: Number = "",
    kind: Annotated[DocumentKind, Form()] = "resident_id",
) -> Response:
    """Whose card it is and what they may choose; or who they are, where nobody has stated its number."""
    card = Card(kind, number.strip())
    try:
        resident = _whose(request, db, staff, card, asks)
    except NotFoundError:
        return counter_pages.unknown(asks, Typed(kind=kind, number=SecretStr(card.number)))
    return counter_pages.choose(asks, db, resident, card)


class CounterWish(BaseModel):
    kind: DocumentKind = "resident_id"
    number: Annotated[str, Field(max_length=40)]
    team: UUID
    packages: Annotated[list[UUID], Field(max_length=20)] = []
    text_version: Annotated[int, Field(ge=0, le=10_000)] = 0
    has_agreed: bool = False
    here: Annotated[str, Form(max_length=500)] = HERE


@router.post("/apply")
def apply(
    request: Request, form: Annotated[CounterWish, Form()], asks: Asks, staff: ActingStaff, db: Db
) -> Response:
    """The consent was signed on paper; the agreement is signed later, by the rules of the counter."""
    shown(request, form)
    resident = _whose(request, db, staff, Card(form.kind, form.number.strip()), asks)
    if not consents.holds(db, resident, "care", asks.now):
        if not form.has_agreed:
            raise InvalidError("consent.missing", "has_agreed")
        paper, by = Evidence("paper"), access.by(staff)
        consents.give(db, by, resident, "care", text_version=form.text_version, evidence=paper, now=asks.now)
    wish = service.Wish(resident, form.team, packages=tuple(form.packages))
    row = service.draft(db, staff, wish, now=asks.now)
    service.apply(db, staff, Seen(row.id, row.version), now=asks.now)
    return back(f"{HERE}?tab=done")


def _whose(request: Request, db: Session, staff: Actor, card: Card, asks: Asks) -> UUID:
    """Raises NotFoundError where nobody has stated this number. Whoever was looked at, it is written down."""
    if request.app.state.kms is None:
        raise ConflictError("document.no_keys")
    house(staff)
    resident = papers.holder(db, request.app.state.kms, card.kind, card.number)
    if resident is None:
        raise NotFoundError("resident.unknown")
    access.note(db, staff, resident, purpose="counter", now=asks.now)
    return resident
