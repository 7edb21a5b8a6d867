"""The fleet over HTTP: its table and a gateway's page. Only looks."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from clinician_api.stewards import boxes, fleet
from clinician_api.web.asking import Asks
from clinician_api.web.steward import fleet as shown_fleet
from clinician_api.web.steward.fleet import Place
from clinician_api.web.steward.forms import Acts
from clinician_api.web.steward.sections import sections
from ingest.fleet.table import Trouble

router = APIRouter(prefix="/fleet", include_in_schema=False)


@router.get("")
def table(
    asks: Asks,
    acts: Acts,
    trouble: Trouble | None = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    page = shown_fleet.listed(acts, Place(trouble, after), asks.words)
    return asks.page("steward/fleet.html", page=page, sections=sections(acts, "gateways"))


@router.get("/gateways/{gateway}")
def one(asks: Asks, acts: Acts, gateway: UUID) -> Response:
    found = fleet.gateway(acts, gateway)
    asked = boxes.last_asked(acts, gateway)
    page = shown_fleet.whole(acts, found, fleet.batches(acts, gateway), asked, asks.words)
    return asks.page("steward/gateway.html", page=page, sections=sections(acts, "gateways"))
