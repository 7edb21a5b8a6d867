"""Trainings of one's own institution over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from clinician_api.access import service as access
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity import training
from clinician_api.identity.routes import ActingAdministrator
from clinician_api.identity.staff_routes import House
from clinician_api.identity.training import Done, Trained
from clinician_api.identity.training_rules import Course, State
from clinician_api.text import Line

router = APIRouter(prefix="/trainings", tags=["staff"])
Evidence = Annotated[Line, StringConstraints(max_length=200)]


class HeldOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    course: Course
    state: State
    until: date | None


class TrainedOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    account: UUID
    name: str
    held: list[HeldOut]


class DoneIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account: UUID
    course: Course
    done_on: date
    evidence: Evidence


class AskedIn(BaseModel):
    """`since` null: the house asks for none any more."""

    model_config = ConfigDict(extra="forbid")

    since: date | None


@router.get("", response_model=list[TrainedOut])
def trainings(house: House, db: Db, now: Now) -> list[Trained]:
    return training.of_house(db, house, now=now)


@router.post("", status_code=201, response_model=list[TrainedOut])
def put_down(done: DoneIn, actor: ActingAdministrator, house: House, db: Db, now: Now) -> list[Trained]:
    training.put_down(db, access.by(actor), house, Done(**done.model_dump()), now=now)
    return training.of_house(db, house, now=now)


@router.put("/asked", status_code=204)
def ask_from(asked: AskedIn, actor: ActingAdministrator, house: House, db: Db, now: Now) -> None:
    """From that day on an emergency look, a doctor's signature and a catalogue wait for their training."""
    training.ask_from(db, access.by(actor), house, asked.since, now=now)
