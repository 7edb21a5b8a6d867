"""A resident's pages about their own data, and the two things done there: agreeing, and taking it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response
from pydantic import BeforeValidator
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.clock import Now
from clinician_api.consents import routes as consents_routes
from clinician_api.consents import service as consents
from clinician_api.consents.rules import PURPOSES, Purpose
from clinician_api.contracts import consenting
from clinician_api.db import Db
from clinician_api.errors import ConflictError
from clinician_api.identity.routes import ActingResident
from clinician_api.oversight import looks
from clinician_api.web.asking import Asks, back
from clinician_api.web.privacy import views
from clinician_api.web.residents import Letters, Own

router = APIRouter(prefix="/me", include_in_schema=False)


def _number(word: object) -> object:
    return int(word) if isinstance(word, str) and word.isdecimal() and len(word) < 5 else word


Span = Annotated[Literal[30, 90, 365], BeforeValidator(_number), Query()]


@router.get("/looks")
def who_looked(asks: Asks, db: Db, resident: Own, size: Letters, days: Span = 30) -> Response:
    since = asks.now - timedelta(days=days)
    until = asks.now + timedelta(seconds=1)
    found = looks.who_looked(db, asks.actor, resident, since=since, until=until, now=asks.now)
    return asks.page("privacy/looks.html", looks=views.looks(found, span=days), size=size)


@router.get("/consents")
def my_consents(asks: Asks, db: Db, resident: Own, size: Letters) -> Response:
    access.require(db, asks.actor, resident, purpose="consents", now=asks.now)
    shown = [_asked(db, asks.actor, resident, purpose, asks.now) for purpose in PURPOSES]
    return asks.page("privacy/consents.html", asked=shown, may_sign=asks.actor.may("sign"), size=size)


@router.post("/consents/{purpose}/agree")
def agree(
    purpose: Purpose, actor: ActingResident, db: Db, now: Now, version: Annotated[int, Form()]
) -> Response:
    consents_routes.give(db, actor, purpose, version=version, now=now)
    return back("/me/consents")


@router.post("/consents/{purpose}/take-back")
def take_back(
    purpose: Purpose,
    actor: ActingResident,
    db: Db,
    resident: Own,
    now: Now,
    consent: Annotated[UUID, Form()],
) -> Response:
    """`consent` is the one that stood on the page: another one since then is another decision."""
    consents_routes.basis_of(db, actor, resident, now)
    held = consents.in_force(db, resident, purpose, now)
    if held is None or held.id != consent:
        raise ConflictError("consent.stale")
    consenting.withdraw(db, access.by(actor), resident, purpose, now=now)
    return back("/me/consents")


def _asked(db: Session, actor: Actor, resident: UUID, purpose: Purpose, now: datetime) -> views.Asked:
    text, given = consents.current(purpose, now), consents.in_force(db, resident, purpose, now)
    return views.asked(text, actor.language, given, consents.withdrawn_at(db, resident, purpose, now))
