"""A resident's helpers, and acting for another, as pages. Also the one page of whoever only helps others."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from clinician_api.db import Db
from clinician_api.errors import NotFoundError
from clinician_api.identity import acting
from clinician_api.identity import service as identity
from clinician_api.identity.family_routes import authorise_by, revoke_by
from clinician_api.identity.routes import CurrentActor
from clinician_api.web import labels
from clinician_api.web import people_labels as words
from clinician_api.web.asking import Asks, back
from clinician_api.web.people import showing
from clinician_api.web.people.routes import HelperForm
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/family", include_in_schema=False)
_SIZES = tuple(labels.SIZES)
_USUAL = 20
"""Pixels, where nobody has chosen any."""


@router.get("")
def show(asks: Asks, db: Db) -> Response:
    resident = asks.actor.resident
    size = _SIZES[identity.residents(db, [resident])[resident].font_step] if resident else _USUAL
    found = showing.family(db, asks.actor, now=asks.now)
    return asks.page("people/family.html", family=found, codes=words, size=size)


@router.post("/act")
def act_for(actor: CurrentActor, asks: Asks, db: Db, resident: Annotated[UUID, Form()]) -> Response:
    acting.act_for(db, actor, resident, now=asks.now)
    return back("/me")


@router.post("/back")
def act_for_oneself(actor: CurrentActor, asks: Asks, db: Db) -> Response:
    acting.act_for_oneself(db, actor, now=asks.now)
    return back("/family")


@router.post("/helpers")
def authorise(request: Request, form: Annotated[HelperForm, Form()], asks: Asks, db: Db) -> Response:
    """In the resident's own name: the login that does it is the evidence."""
    shown(request, form)
    if asks.actor.resident is None:
        raise NotFoundError("resident.unknown")
    authorise_by(db, asks.actor, asks.actor.resident, form.wanted(asks.now), now=asks.now)
    return back("/family")


@router.post("/helpers/{proxy}/end")
def revoke(proxy: UUID, asks: Asks, db: Db, resident: Annotated[UUID, Form()]) -> Response:
    """The resident takes it back, or the helper gives it up."""
    revoke_by(db, asks.actor, resident, proxy, now=asks.now)
    return back("/family")
