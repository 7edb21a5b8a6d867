"""A resident's own pages over HTTP, and the two things they may send: an answer, and a size of letters."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Cookie, Depends, Form, Request
from fastapi.responses import Response

from alerts.store import symptoms
from clinician_api import feed
from clinician_api.access.rules import Actor
from clinician_api.access.service import by
from clinician_api.audit import service as audit
from clinician_api.audit.rules import Entry
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import About, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.identity.routes import ActingResident
from clinician_api.identity.schemas import Preferences
from clinician_api.triage import worklist
from clinician_api.web import home, labels
from clinician_api.web.asking import Asks, back

router = APIRouter(prefix="/me", include_in_schema=False)

ANSWERED: Final = "hl_answered"
_SIZES: Final = tuple(labels.SIZES)
Symptom = Literal["chest_pain", "breathlessness", "speech_or_limb", "none"]


def own(actor: ActingResident) -> UUID:
    """The person behind the account."""
    if actor.resident is None:
        raise NotFoundError("resident.unknown")
    return actor.resident


Own = Annotated[UUID, Depends(own)]
Answered = Annotated[str, Cookie(alias=ANSWERED, max_length=80)]


def letters(db: Db, resident: Own) -> int:
    """Pixels."""
    return _SIZES[identity.residents(db, [resident])[resident].font_step]


Letters = Annotated[int, Depends(letters)]


@router.get("")
def show(asks: Asks, db: Db, resident: Own, size: Letters, answered: Answered = "") -> Response:
    found = home.home(db, asks.actor, resident, words=asks.words, answered=answered, now=asks.now)
    return asks.page("home.html", home=found, size=size, is_offline=False)


@router.get("/card")
def card(asks: Asks, db: Db, resident: Own, answered: Answered = "") -> Response:
    found = home.home(db, asks.actor, resident, words=asks.words, answered=answered, now=asks.now)
    return asks.page("_home.html", here="/me", home=found)


@router.get("/readings")
def my_readings(asks: Asks, db: Db, resident: Own, size: Letters) -> Response:
    found = home.my_readings(db, asks.actor, resident, words=asks.words, now=asks.now)
    return asks.page("my_readings.html", mine=found, size=size)


@router.get("/contract")
def my_contract(asks: Asks, db: Db, resident: Own, size: Letters) -> Response:
    found = home.my_contract(db, asks.actor, resident, now=asks.now)
    if found is None:
        raise NotFoundError("contract.unknown")
    return asks.page("my_contract.html", contract=found, size=size)


@router.post("/symptoms")
def answer(
    request: Request,
    actor: ActingResident,
    db: Db,
    now: Now,
    resident: Own,
    episode: Annotated[UUID, Form()],
    said: Annotated[Symptom, Form(alias="answer")],
) -> Response:
    """Rule 5. A symptom goes to the rules in order with the readings; no symptom is written down."""
    _check_own(db, resident, episode)
    if said == "none":
        _write_down(db, actor, resident, episode, now)
    else:
        symptoms.answer(db, resident, symptoms=[said], answered_at=now, now=now)
    feed.tell(db, "episode", episode, 0)
    response = back("/me")
    word = f"{episode}:{'no' if said == 'none' else 'yes'}"
    secure = request.app.state.settings.secure_cookies
    response.set_cookie(
        ANSWERED, word, max_age=86_400, path="/me", httponly=True, secure=secure, samesite="lax"
    )
    return response


def _check_own(db: Db, resident: UUID, episode: UUID) -> None:
    """A forged one looks like none."""
    if worklist.resident_of(db, episode) != resident:
        raise NotFoundError("case.unknown", about=About("episode", episode))


def _write_down(db: Db, actor: Actor, resident: UUID, episode: UUID, now: Now) -> None:
    entry = Entry("symptoms.none", by(actor), resident=resident, target=("episode", episode))
    audit.record(db, entry, now=now)


@router.post("/size")
def choose_size(
    actor: ActingResident,
    db: Db,
    size: Annotated[Literal["18", "20", "24", "30"], Form()],
    here: Annotated[str, Form(max_length=500)] = "/me",
) -> Response:
    identity.prefer(db, actor, Preferences(font_step=_SIZES.index(int(size))))
    return back(here)
