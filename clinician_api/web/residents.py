"""A resident's own pages over HTTP, and the two things they may send: an answer, and a size of letters."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Cookie, Depends, Form, Request
from fastapi.responses import Response

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import NotFoundError
from clinician_api.identity import service as identity
from clinician_api.identity.routes import ActingResident
from clinician_api.identity.schemas import Preferences
from clinician_api.triage import answers
from clinician_api.triage.answers import Symptom
from clinician_api.web import home, labels
from clinician_api.web.asking import Asks, back

router = APIRouter(prefix="/me", include_in_schema=False)

ANSWERED: Final = "hl_answered"
_SIZES: Final = tuple(labels.SIZES)


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


@router.post("/symptoms")
def answer(
    request: Request,
    actor: ActingResident,
    db: Db,
    now: Now,
    episode: Annotated[UUID, Form()],
    said: Annotated[Symptom | Literal["none"], Form(alias="answer")],
) -> Response:
    answers.hear(db, actor, episode, None if said == "none" else said, now=now)
    response = back("/me")
    word = f"{episode}:{'no' if said == 'none' else 'yes'}"
    secure = request.app.state.settings.secure_cookies
    response.set_cookie(
        ANSWERED, word, max_age=86_400, path="/me", httponly=True, secure=secure, samesite="lax"
    )
    return response


@router.post("/size")
def choose_size(
    actor: ActingResident,
    db: Db,
    size: Annotated[Literal["18", "20", "24", "30"], Form()],
    here: Annotated[str, Form(max_length=500)] = "/me",
) -> Response:
    identity.prefer(db, actor, Preferences(font_step=_SIZES.index(int(size))))
    return back(here)
