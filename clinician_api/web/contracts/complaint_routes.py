"""A supervisor's desk of complaints over HTTP: what waits, by when, and the one answer. Needs no script."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel

from clinician_api.clock import Now
from clinician_api.contracts import feedback, hearing
from clinician_api.db import Db
from clinician_api.errors import InvalidError
from clinician_api.identity.routes import ActingSupervisor
from clinician_api.web import contract_labels as codes
from clinician_api.web.asking import Asks, back
from clinician_api.web.contracts.forms import Words
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/complaints", include_in_schema=False)
_DESK: Final = "/complaints"
TabCode = Literal["waiting", "answered"]


@router.get("")
def desk(asks: Asks, actor: ActingSupervisor, db: Db, tab: TabCode = "waiting") -> Response:
    found = hearing.desk(db, actor, answered=tab == "answered", now=asks.now)
    return asks.page("contracts/complaints.html", heard=found, tab=tab, codes=codes)


class AnswerForm(BaseModel):
    answer: Words = ""
    here: Annotated[str, Form(max_length=500)] = _DESK


@router.post("/{complaint}/answer")
def answer(
    request: Request,
    complaint: UUID,
    form: Annotated[AnswerForm, Form()],
    actor: ActingSupervisor,
    db: Db,
    now: Now,
) -> Response:
    """Once. Who was slower reads so, and keeps what they wrote."""
    shown(request, form)
    if not form.answer:
        raise InvalidError("complaint.no_answer", "answer")
    feedback.answer(db, actor, complaint, form.answer, now=now)
    return back(_DESK)
