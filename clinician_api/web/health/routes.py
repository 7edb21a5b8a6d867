"""How the system is, as a page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from clinician_api.db import Db
from clinician_api.health import rules, service
from clinician_api.identity.routes import ActingKeeper
from clinician_api.web.asking import Asks
from clinician_api.web.health.words import CHECKS, STATES, TODO, UNKNOWN

router = APIRouter(include_in_schema=False)


@router.get("/admin/health")
def health(request: Request, asks: Asks, _actor: ActingKeeper, db: Db) -> Response:
    found = service.look(db, request.app.state.settings, now=asks.now)
    return asks.page(
        "health/health.html",
        rows=found,
        worst=rules.worst(found),
        names=CHECKS,
        states=STATES,
        todo=TODO,
        unknown=UNKNOWN,
    )
