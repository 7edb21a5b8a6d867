"""What is done to a gateway over HTTP, a form for each. Works without a script."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from clinician_api.stewards import boxes
from clinician_api.web.asking import Asks, back
from clinician_api.web.steward.forms import Acts, DeedForm
from clinician_api.web.steward.sections import sections
from clinician_api.web.steward.views import NewCode
from clinician_api.web.troubles import shown
from ingest.enrolment import codes

router = APIRouter(prefix="/fleet/gateways/{gateway}", include_in_schema=False)


@router.post("/revoke")
def revoke(request: Request, gateway: UUID, form: Annotated[DeedForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    boxes.revoke(acts, gateway, why=form.why)
    return back(form.here)


@router.post("/restart")
def restart(request: Request, gateway: UUID, form: Annotated[DeedForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    boxes.restart(acts, gateway, why=form.why)
    return back(form.here)


@router.post("/code")
def make_code(
    request: Request, asks: Asks, gateway: UUID, form: Annotated[DeedForm, Form()], acts: Acts
) -> Response:
    """Answered with the page itself: the code stands nowhere else, and loading it anew makes another."""
    shown(request, form)
    code = boxes.make_code(acts, gateway, why=form.why)
    page = NewCode(str(gateway), code, acts.now + codes.LIFE)
    return asks.page("steward/code.html", page=page, sections=sections(acts, "gateways"))
