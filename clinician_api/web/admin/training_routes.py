"""Trainings over HTTP: who may do what until when, and from which day the house asks for it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator

from clinician_api.access import service as access
from clinician_api.db import Db
from clinician_api.identity import training
from clinician_api.identity.routes import ActingAdministrator
from clinician_api.identity.staff_routes import House
from clinician_api.identity.training import Done
from clinician_api.identity.training_routes import Evidence
from clinician_api.identity.training_rules import MONTHS, Course
from clinician_api.web.admin.training_words import COURSES, GATES, STATES
from clinician_api.web.asking import Asks, back
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/admin/trainings", include_in_schema=False)
_HERE = "/admin/trainings"


class DoneForm(BaseModel):
    account: UUID
    course: Course
    done_on: date
    evidence: Evidence
    here: str = _HERE


class AskedForm(BaseModel):
    since: Annotated[date | None, BeforeValidator(lambda word: word or None)] = None
    here: str = _HERE


@router.get("")
def trainings(asks: Asks, house: House, db: Db) -> Response:
    return asks.page(
        "admin/trainings.html",
        people=training.of_house(db, house, now=asks.now),
        since=training.duty(db, house),
        courses=COURSES,
        gates=GATES,
        states=STATES,
        months=MONTHS,
    )


@router.post("")
def put_down(
    request: Request,
    form: Annotated[DoneForm, Form()],
    asks: Asks,
    actor: ActingAdministrator,
    house: House,
    db: Db,
) -> Response:
    shown(request, form)
    done = Done(form.account, form.course, form.done_on, form.evidence)
    training.put_down(db, access.by(actor), house, done, now=asks.now)
    return back(_HERE)


@router.post("/asked")
def ask_from(
    request: Request,
    form: Annotated[AskedForm, Form()],
    asks: Asks,
    actor: ActingAdministrator,
    house: House,
    db: Db,
) -> Response:
    shown(request, form)
    training.ask_from(db, access.by(actor), house, form.since, now=asks.now)
    return back(_HERE)
