"""Calls that are owed, as a page: whom, by which number, and a form for what came of it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity.routes import ActingStaff
from clinician_api.reaching import service
from clinician_api.reaching.rules import Said
from clinician_api.reaching.schemas import Note
from clinician_api.reaching.service import Tried
from clinician_api.web.asking import Asks, back
from clinician_api.web.reaching.words import SAID, URGENCIES, about
from clinician_api.web.troubles import shown

router = APIRouter(include_in_schema=False)


class TriedForm(BaseModel):
    version: Annotated[int, Form(ge=1, lt=2**31)]
    said: Said
    note: Note = ""
    here: str = "/calls"


@router.get("/calls")
def calls(asks: Asks, actor: ActingStaff, db: Db) -> Response:
    rows = service.owed(db, actor, now=asks.now)
    return asks.page("reaching/calls.html", rows=rows, said=SAID, urgencies=URGENCIES, about=about)


@router.post("/calls/{call}")
def tried(
    request: Request, call: UUID, form: Annotated[TriedForm, Form()], actor: ActingStaff, db: Db, now: Now
) -> Response:
    shown(request, form)
    service.tried(db, actor, Tried(call, form.version, form.said, form.note), now=now)
    return back("/calls")
