"""The catalogue for visitors and a resident's own services over HTTP. Only looks."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.deliveries.due import MOST
from clinician_api.identity import service as identity
from clinician_api.identity.routes import ActingStaff
from clinician_api.web import pages
from clinician_api.web.asking import Asks, frame, words_for
from clinician_api.web.packages import catalogue, due, mine
from clinician_api.web.residents import Letters, Own

router = APIRouter(include_in_schema=False)
_SIZE = 20


@router.get("/packages")
def show(request: Request, db: Db, now: Now, institution: UUID | None = None) -> Response:
    """For anybody: who is logged in sees the same."""
    words = words_for(request, None)
    page = catalogue.catalogue(db, institution, words=words, now=now)
    around = frame(request, None, now)
    return HTMLResponse(pages.render("packages/catalogue.html", words, frame=around, page=page, size=_SIZE))


@router.get("/me/services")
def my_services(asks: Asks, db: Db, resident: Own, size: Letters) -> Response:
    found = mine.services(db, asks.actor, resident, purpose="own services", words=asks.words, now=asks.now)
    return asks.page("packages/mine.html", mine=found, size=size)


@router.get("/services")
def services_due(asks: Asks, staff: ActingStaff, db: Db) -> Response:
    """What the team owes next."""
    return asks.page("packages/due.html", rows=due.rows(db, staff, words=asks.words, now=asks.now), most=MOST)


@router.get("/residents/{resident}/services")
def their_services(asks: Asks, staff: ActingStaff, db: Db, resident: UUID) -> Response:
    """The same as the resident reads, for the team."""
    found = mine.services(db, staff, resident, purpose="services", words=asks.words, now=asks.now)
    who = identity.residents(db, [resident])[resident]
    return asks.page("packages/theirs.html", theirs=found, who=who)
