"""Waiting, doubted and unjudged readings over HTTP, and a form for each deed. Works without a script."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import AfterValidator, StringConstraints

from clinician_api.stewards import readings
from clinician_api.stewards.readings import Change, Gift
from clinician_api.text import one_line
from clinician_api.web.asking import Asks, back
from clinician_api.web.steward import readings as shown_readings
from clinician_api.web.steward.forms import Acts, DeedForm
from clinician_api.web.steward.sections import sections
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/fleet", include_in_schema=False)

Settled = Literal["1", ""]
After = Annotated[str | None, Query(max_length=100)]
MeterKey = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(one_line)]


@router.get("/unattributed")
def list_waiting(asks: Asks, acts: Acts, settled: Settled = "", after: After = None) -> Response:
    page = shown_readings.waiting(acts, settled=settled == "1", after=after, words=asks.words)
    return asks.page("steward/unattributed.html", page=page, sections=sections(acts, "unattributed"))


@router.get("/doubtful")
def list_doubted(asks: Asks, acts: Acts, settled: Settled = "", after: After = None) -> Response:
    page = shown_readings.doubted(acts, settled=settled == "1", after=after, words=asks.words)
    return asks.page("steward/doubtful.html", page=page, sections=sections(acts, "doubtful"))


@router.get("/failed")
def list_failed(
    asks: Asks, acts: Acts, after: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None
) -> Response:
    page = shown_readings.unjudged(acts, after=after)
    return asks.page("steward/failed.html", page=page, sections=sections(acts, "failed"))


class ReadingForm(DeedForm):
    """A reading is named by its meter and its id; a meter's key may hold anything, so it is no path."""

    meter: MeterKey
    reading: UUID


class GiftForm(ReadingForm):
    resident: UUID
    whole_slot: Literal["1", ""] = ""


@router.post("/unattributed/attribute")
def attribute(request: Request, form: Annotated[GiftForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    gift = Gift(form.resident, form.whole_slot == "1")
    readings.attribute(acts, (form.meter, form.reading), gift, why=form.why)
    return back(form.here)


@router.post("/unattributed/dismiss")
def dismiss(request: Request, form: Annotated[ReadingForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    readings.dismiss(acts, (form.meter, form.reading), why=form.why)
    return back(form.here)


class ReviseForm(ReadingForm):
    change: Change


@router.post("/doubtful/revise")
def revise(request: Request, form: Annotated[ReviseForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    readings.revise(acts, (form.meter, form.reading), form.change, why=form.why)
    return back(form.here)


@router.post("/doubtful/looked")
def look_at(request: Request, form: Annotated[ReadingForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    readings.look_at(acts, (form.meter, form.reading), why=form.why)
    return back(form.here)
