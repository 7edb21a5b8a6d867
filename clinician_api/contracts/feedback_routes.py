"""Ratings and complaints over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from clinician_api.clock import Now
from clinician_api.contracts import feedback
from clinician_api.contracts.feedback import Rating
from clinician_api.contracts.schemas import (
    AnswerIn,
    ComplaintIn,
    ComplaintOut,
    ComplaintsOut,
    ContentOut,
    RatingIn,
)
from clinician_api.db import Db
from clinician_api.errors import NotAllowedError
from clinician_api.identity import service as identity
from clinician_api.identity.routes import ActingResident, ActingStaff, CurrentActor

router = APIRouter(tags=["contracts"])


@router.post("/contracts/{contract}/ratings", status_code=201)
def rate(contract: UUID, said: RatingIn, actor: ActingResident, db: Db, now: Now) -> UUID:
    """One of each service, and one of the contract itself."""
    given = Rating(said.event_kind, said.event, said.stars, tuple(said.tags), said.words)
    return feedback.rate(db, actor, contract, given, now=now)


@router.post("/contracts/{contract}/complaints", status_code=201)
def complain(contract: UUID, said: ComplaintIn, actor: ActingResident, db: Db, now: Now) -> UUID:
    return feedback.complain(db, actor, contract, said.words, now=now)


@router.get("/complaints")
def complaints(actor: CurrentActor, db: Db, now: Now) -> ComplaintsOut:
    """A resident's own; for a supervisor those that wait for an answer. No name stands in them."""
    found = feedback.complaints(db, actor, now=now)
    return ComplaintsOut(complaints=[ComplaintOut.model_validate(each) for each in found])


@router.post("/complaints/{complaint}/answer")
def answer(complaint: UUID, said: AnswerIn, actor: ActingStaff, db: Db, now: Now) -> ComplaintOut:
    return ComplaintOut.model_validate(feedback.answer(db, actor, complaint, said.answer, now=now))


@router.get("/teams/{team}/content")
def content(team: UUID, actor: ActingStaff, db: Db) -> ContentOut:
    """Sums alone: a team does not learn who said what."""
    if actor.institution != identity.institution_of(db, team):
        raise NotAllowedError("role.not_allowed")
    found = feedback.content(db, team)
    return ContentOut(
        team=team,
        answers=found.answers,
        satisfied_percent=found.percent,
        unanswered_complaints=found.unanswered_complaints,
    )
