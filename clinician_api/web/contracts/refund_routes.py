"""Fees to be given back, over HTTP: who is owed how much, and that it was given back. Needs no script."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from clinician_api.clock import Now
from clinician_api.contracts import owing, service
from clinician_api.db import Db
from clinician_api.identity.routes import ActingSupervisor
from clinician_api.web import contract_labels as codes
from clinician_api.web.asking import Asks, back
from clinician_api.web.contracts.forms import SeenForm
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/refunds", include_in_schema=False)
_DESK: Final = "/refunds"


@router.get("")
def desk(asks: Asks, actor: ActingSupervisor, db: Db) -> Response:
    found = owing.owed(db, actor, now=asks.now)
    total = sum(each.amount for each in found)
    return asks.page("contracts/refunds.html", owed=found, total=total, codes=codes)


@router.post("/{contract}")
def paid_back(
    request: Request,
    contract: UUID,
    form: Annotated[SeenForm, Form()],
    actor: ActingSupervisor,
    db: Db,
    now: Now,
) -> Response:
    """Once: who presses it second reads that there is nothing to give back."""
    shown(request, form)
    service.refund(db, actor, form.of(contract), now=now)
    return back(_DESK)
