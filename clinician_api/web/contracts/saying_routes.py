"""What a resident says of their care over HTTP: stars for a service or a year, complaints, and answers."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session

from clinician_api.clock import Now
from clinician_api.contracts import feedback, hearing, looking, states
from clinician_api.contracts import models as rows
from clinician_api.contracts.feedback import Rating
from clinician_api.db import Db
from clinician_api.errors import InvalidError
from clinician_api.identity import proxies
from clinician_api.identity.routes import ActingResident
from clinician_api.packages import wording
from clinician_api.web import contract_labels as codes
from clinician_api.web.asking import Asker, Asks, back
from clinician_api.web.contracts import cards, showing
from clinician_api.web.contracts.forms import Words
from clinician_api.web.residents import Letters, Own
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/me", include_in_schema=False)
_SAID: Final = "/me/complaints"
Kind = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]


@router.get("/complaints")
def said(asks: Asks, db: Db, resident: Own, size: Letters) -> Response:
    """Their own words with the answers, and the forms for more."""
    proxies.require_scope(asks.actor, "read")
    may_speak = asks.actor.may("sign")
    row = _held(db, asks, resident) if may_speak else None
    is_rated = row is not None and ("contract", row.id) in hearing.rated(db, asks.actor, row.id)
    contract = (
        cards.contract(db, asks.actor, row, language=asks.words.language, now=asks.now) if row else None
    )
    return asks.page(
        "contracts/said.html",
        said=hearing.own(db, resident),
        contract=contract,
        is_rated=is_rated,
        may_speak=may_speak,
        codes=codes,
        size=size,
    )


class ComplaintForm(BaseModel):
    words: Words = ""
    here: Annotated[str, Form(max_length=500)] = _SAID


@router.post("/contract/{contract}/complaint")
def complain(
    request: Request,
    contract: UUID,
    form: Annotated[ComplaintForm, Form()],
    actor: ActingResident,
    db: Db,
    now: Now,
) -> Response:
    shown(request, form)
    if not form.words:
        raise InvalidError("complaint.empty", "words")
    feedback.complain(db, actor, contract, form.words, now=now)
    return back(_SAID)


@router.get("/contract/{contract}/rating")
def rating(
    asks: Asks,
    db: Db,
    resident: Own,
    size: Letters,
    contract: UUID,
    kind: Annotated[Kind, Query()] = "contract",
    event: Annotated[UUID | None, Query()] = None,
) -> Response:
    """Of a service that was given, or of the whole year."""
    row = showing.own(db, asks.actor, resident, contract, now=asks.now)
    what = event or row.id
    stars = hearing.rated(db, asks.actor, row.id).get((kind, what))
    card = cards.contract(db, asks.actor, row, language=asks.words.language, now=asks.now)
    service = next((each for code, each in wording.EVIDENCE.items() if code == kind), None)
    return asks.page(
        "contracts/rate.html",
        contract=card,
        kind=kind,
        event=what,
        service=wording.say(service, asks.words.language) if service else "",
        stars=stars,
        codes=codes,
        size=size,
    )


class RatingForm(BaseModel):
    """`stars` is missing where nobody touched one."""

    event_kind: Kind = "contract"
    event: UUID
    stars: Annotated[int | None, BeforeValidator(lambda word: word or None), Field(ge=1, le=5)] = None
    tags: Annotated[list[Kind], Field(max_length=10)] = []
    words: Words = ""
    here: Annotated[str, Form(max_length=500)] = _SAID


@router.post("/contract/{contract}/rating")
def rate(
    request: Request,
    contract: UUID,
    form: Annotated[RatingForm, Form()],
    actor: ActingResident,
    db: Db,
    now: Now,
) -> Response:
    shown(request, form)
    if form.stars is None:
        raise InvalidError("rating.no_stars", "stars")
    tags = tuple(each for each in form.tags if each in codes.TAGS)
    given = Rating(form.event_kind, form.event, form.stars, tags, form.words)
    feedback.rate(db, actor, contract, given, now=now)
    return back("/me/services" if form.event_kind != "contract" else _SAID)


def _held(db: Session, asks: Asker, resident: UUID) -> rows.Contract | None:
    """The newest that held: of it somebody may speak."""
    found = looking.of_resident(db, asks.actor, resident, now=asks.now)
    held = [row for row in found if row.state in states.HELD]
    return max(held, key=lambda row: row.number, default=None)
