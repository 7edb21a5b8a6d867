"""The quarantine over HTTP: its list, an item, and a form for each deed. Works without a script."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import Response
from pydantic import StringConstraints

from clinician_api.contracts.rules import ZONE
from clinician_api.stewards import quarantine
from clinician_api.stewards.acting import Acting
from clinician_api.stewards.quarantine import FixRefusedError
from clinician_api.web import fleet_labels as labels
from clinician_api.web.asking import Asker, Asks, back
from clinician_api.web.steward import quarantine as shown_quarantine
from clinician_api.web.steward.forms import Acts, DeedForm
from clinician_api.web.steward.quarantine import Kind, Place
from clinician_api.web.steward.sections import sections
from clinician_api.web.steward.views import Refusal
from clinician_api.web.troubles import shown
from ingest.lineage.life import read_life

router = APIRouter(prefix="/fleet", include_in_schema=False)

_LAST: Final = 2**63 - 1
Number = Annotated[int, Path(ge=1, le=_LAST)]


def lineage(request: Request) -> int | None:
    """The life of the database that replies are given in; None where ingest's folder is elsewhere."""
    folder = request.app.state.settings.ingest_data
    return read_life(folder).n if folder is not None else None


Lineage = Annotated[int | None, Depends(lineage)]


def place(
    kind: Kind | None = None,
    settled: Literal["1", ""] = "",
    after: Annotated[str | None, Query(max_length=100)] = None,
) -> Place:
    return Place(kind, settled == "1", after)


@router.get("/quarantine")
def list_quarantine(asks: Asks, acts: Acts, looks: Annotated[Place, Depends(place)]) -> Response:
    page = shown_quarantine.listed(acts, looks, asks.words)
    return asks.page("steward/quarantine.html", page=page, sections=sections(acts, "quarantine"))


@router.get("/quarantine/{number}")
def show_item(asks: Asks, acts: Acts, number: Number, life: Lineage) -> Response:
    return _item(asks, acts, number, life)


class FixForm(DeedForm):
    given: Annotated[str, StringConstraints(max_length=200_000)]


@router.post("/quarantine/{number}/fix")
def fix(
    asks: Asks, acts: Acts, number: Number, form: Annotated[FixForm, Form()], life: Lineage, request: Request
) -> Response:
    shown(request, form)
    try:
        quarantine.fix(acts, number, form.given, why=form.why)
    except FixRefusedError as error:
        code, _, detail = error.reason.partition(":")
        refusal = Refusal(labels.reason(code, asks.words), detail.strip(), form.why)
        return _item(asks, acts, number, life, typed=form.given, refusal=refusal)
    return back(f"/fleet/quarantine/{number}")


@router.post("/quarantine/{number}/replay")
def replay(
    acts: Acts, number: Number, form: Annotated[DeedForm, Form()], life: Lineage, request: Request
) -> Response:
    shown(request, form)
    quarantine.replay(acts, number, why=form.why, lineage=life, region=ZONE)
    return back(f"/fleet/quarantine/{number}")


@router.post("/quarantine/{number}/close")
def close(acts: Acts, number: Number, form: Annotated[DeedForm, Form()], request: Request) -> Response:
    shown(request, form)
    quarantine.close(acts, number, why=form.why)
    return back(f"/fleet/quarantine/{number}")


def _item(
    asks: Asker,
    acts: Acting,
    number: int,
    life: int | None,
    *,
    typed: str | None = None,
    refusal: Refusal | None = None,
) -> Response:
    found = quarantine.item(acts, number)
    item = shown_quarantine.whole(acts, found, asks.words, has_lineage=life is not None)
    return asks.page(
        "steward/item.html",
        here=f"/fleet/quarantine/{number}",
        status=422 if refusal else 200,
        sections=sections(acts, "quarantine"),
        item=item,
        typed=typed,
        refusal=refusal,
    )
