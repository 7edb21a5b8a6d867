"""The resident's signature at the counter over HTTP: on paper, confirmed by a colleague, or by a code."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from clinician_api.agreements.routes import Kept
from clinician_api.clock import Now
from clinician_api.contracts import counter, service
from clinician_api.contracts.acts import Reading
from clinician_api.db import Db
from clinician_api.errors import InvalidError
from clinician_api.identity.door_routes import Sending
from clinician_api.identity.routes import ActingStaff
from clinician_api.web.asking import back
from clinician_api.web.contracts.forms import CodeForm, ConfirmForm, CounterForm, SeenForm
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/contracts/{contract}/counter", include_in_schema=False)


@router.post("")
def put_down(
    request: Request,
    contract: UUID,
    form: Annotated[CounterForm, Form()],
    staff: ActingStaff,
    kept: Kept,
    db: Db,
    now: Now,
) -> Response:
    """By whoever saw the paper; somebody else confirms it."""
    shown(request, form)
    reading = Reading(form.of(contract), form.sha256, kept)
    service.sign_as_resident(db, staff, reading, signer=form.signer(), now=now)
    return back(f"/contracts/{contract}")


@router.post("/confirm")
def confirm(
    request: Request,
    contract: UUID,
    form: Annotated[ConfirmForm, Form()],
    staff: ActingStaff,
    kept: Kept,
    db: Db,
    now: Now,
) -> Response:
    shown(request, form)
    if not form.has_seen_paper:
        raise InvalidError("signer.paper_unseen", "has_seen_paper")
    counter.confirm(db, staff, Reading(form.of(contract), form.sha256, kept), now=now)
    return back(f"/contracts/{contract}")


@router.post("/code")
def send_code(
    request: Request,
    contract: UUID,
    form: Annotated[SeenForm, Form()],
    send: Sending,
    staff: ActingStaff,
    db: Db,
    now: Now,
) -> Response:
    """To the resident's own telephone; the page then asks for it."""
    shown(request, form)
    counter.send_code(db, staff, form.of(contract), send, now=now)
    return back(f"/contracts/{contract}?code=sent")


@router.post("/by-code")
def sign_by_code(
    request: Request,
    contract: UUID,
    form: Annotated[CodeForm, Form()],
    staff: ActingStaff,
    kept: Kept,
    db: Db,
    now: Now,
) -> Response:
    shown(request, form)
    reading = Reading(form.of(contract), form.sha256, kept)
    counter.sign_by_code(db, request.app.state.sessions, staff, reading, form.code, now=now)
    return back(f"/contracts/{contract}")
