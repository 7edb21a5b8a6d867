"""The team's contracts over HTTP: accept, refuse with a reason, sign, what was paid. Needs no script."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from clinician_api.agreements.routes import Kept
from clinician_api.clock import Now
from clinician_api.contracts import service
from clinician_api.contracts.acts import Reading
from clinician_api.db import Db
from clinician_api.errors import InvalidError
from clinician_api.identity.routes import ActingStaff
from clinician_api.web import contract_labels as codes
from clinician_api.web.asking import Asks, back
from clinician_api.web.contracts import queue
from clinician_api.web.contracts.forms import AcceptForm, DoctorForm, FeeForm, RefuseForm
from clinician_api.web.contracts.queue import TabCode
from clinician_api.web.people_labels import RELATIONS
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/contracts", include_in_schema=False)


@router.get("")
def show(asks: Asks, staff: ActingStaff, db: Db, tab: TabCode = "waiting") -> Response:
    found = queue.waiting(db, staff, tab, now=asks.now)
    return asks.page("contracts/queue.html", lines=found, tab=tab, codes=codes)


@router.get("/{contract}")
def one(
    asks: Asks, staff: ActingStaff, db: Db, contract: UUID, code: Literal["sent"] | None = None
) -> Response:
    found = queue.case(db, staff, contract, words=asks.words, now=asks.now)
    return asks.page(
        "contracts/case.html", case=found, codes=codes, relations=RELATIONS, is_sent=code == "sent"
    )


@router.post("/{contract}/accept")
def accept(
    request: Request,
    contract: UUID,
    form: Annotated[AcceptForm, Form()],
    staff: ActingStaff,
    db: Db,
    now: Now,
) -> Response:
    shown(request, form)
    kms = request.app.state.kms
    service.accept(db, staff, form.of(contract), out_of_area=form.out_of_area, kms=kms, now=now)
    return back(f"/contracts/{contract}")


@router.post("/{contract}/refuse")
def refuse(
    request: Request,
    contract: UUID,
    form: Annotated[RefuseForm, Form()],
    staff: ActingStaff,
    db: Db,
    now: Now,
) -> Response:
    """The resident reads the reason, the words, and which teams have room."""
    shown(request, form)
    if form.cause is None:
        raise InvalidError("contract.no_reason", "cause")
    service.refuse(db, staff, form.of(contract), reason=form.cause, words=form.words, now=now)
    return back("/contracts")


@router.post("/{contract}/sign")
def sign(
    request: Request,
    contract: UUID,
    form: Annotated[DoctorForm, Form()],
    staff: ActingStaff,
    kept: Kept,
    db: Db,
    now: Now,
) -> Response:
    shown(request, form)
    if not form.has_read:
        raise InvalidError("contract.unread", "has_read")
    reading = Reading(form.of(contract), form.sha256, kept)
    service.sign_as_doctor(db, staff, reading, has_seen_paper=form.has_seen_paper, now=now)
    return back(f"/contracts/{contract}")


@router.post("/{contract}/fee")
def settle(
    request: Request, contract: UUID, form: Annotated[FeeForm, Form()], staff: ActingStaff, db: Db, now: Now
) -> Response:
    """Paid at the counter, or waived."""
    shown(request, form)
    service.settle_fee(db, staff, form.of(contract), is_waived=form.is_waived, now=now)
    return back(f"/contracts/{contract}")
