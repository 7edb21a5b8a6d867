"""Applying at the counter over HTTP: for somebody who stands there and shows their card. Needs no script.

The card's number is typed once and sent along with each step: whom it does not name, nobody applies for here.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
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
from clinician_api.identity import service as identity
from clinician_api.identity.routes import ActingStaff
from clinician_api.identity.staff_routes import house
from clinician_api.web.asking import Asks, back
from clinician_api.web.contracts import cards, showing
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/counter", include_in_schema=False)
_HERE: Final = "/counter"
Number = Annotated[str, Form(max_length=40)]


@router.get("")
def ask(asks: Asks, _staff: ActingStaff, tab: Literal["", "done"] = "") -> Response:
    return asks.page("contracts/counter.html", is_done=tab == "done", is_unknown=False)


@router.post("")
def who(request: Request, asks: Asks, staff: ActingStaff, db: Db, number: Number = "") -> Response:
    """Whose card it is, the teams of this institution with room, and what is on offer."""
    try:
        resident = _whose(request, db, staff, number, asks)
    except NotFoundError:
        return asks.page("contracts/counter.html", here=_HERE, status=404, is_done=False, is_unknown=True)
    here = house(staff)
    text = consents.current("care", asks.now)
    return asks.page(
        "contracts/counter_choose.html",
        here=_HERE,
        number=number.strip(),
        name=identity.residents(db, [resident])[resident].name,
        teams=cards.teams(db, here, but=None, now=asks.now),
        offered=showing.offered(db, resident, here, None, words=asks.words, now=asks.now),
        text=None if consents.holds(db, resident, "care", asks.now) else text,
        said=text.zh if asks.words.language == "zh" else text.en,
    )


class CounterWish(BaseModel):
    number: Annotated[str, Field(max_length=40)]
    team: UUID
    packages: Annotated[list[UUID], Field(max_length=20)] = []
    text_version: Annotated[int, Field(ge=0, le=10_000)] = 0
    has_agreed: bool = False
    here: Annotated[str, Form(max_length=500)] = _HERE


@router.post("/apply")
def apply(
    request: Request, form: Annotated[CounterWish, Form()], asks: Asks, staff: ActingStaff, db: Db
) -> Response:
    """The consent was signed on paper; the agreement is signed later, by the rules of the counter."""
    shown(request, form)
    resident = _whose(request, db, staff, form.number, asks)
    if not consents.holds(db, resident, "care", asks.now):
        if not form.has_agreed:
            raise InvalidError("consent.missing", "has_agreed")
        paper, by = Evidence("paper"), access.by(staff)
        consents.give(db, by, resident, "care", text_version=form.text_version, evidence=paper, now=asks.now)
    wish = service.Wish(resident, form.team, packages=tuple(form.packages))
    row = service.draft(db, staff, wish, now=asks.now)
    service.apply(db, staff, Seen(row.id, row.version), now=asks.now)
    return back(f"{_HERE}?tab=done")


def _whose(request: Request, db: Session, staff: Actor, number: str, asks: Asks) -> UUID:
    """Raises NotFoundError where nobody has stated this number. Whoever was looked at, it is written down."""
    if request.app.state.kms is None:
        raise ConflictError("document.no_keys")
    house(staff)
    resident = papers.whose(db, request.app.state.kms, "resident_id", number.strip())
    if resident is None:
        raise NotFoundError("resident.unknown")
    access.note(db, staff, resident, purpose="counter", now=asks.now)
    return resident
