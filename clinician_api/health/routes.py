"""How the system is, over HTTP, for those who look after it."""

from __future__ import annotations

from fastapi import APIRouter, Request

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.health import service
from clinician_api.health.rules import Check
from clinician_api.health.schemas import CheckOut
from clinician_api.identity.routes import ActingKeeper

router = APIRouter(tags=["health"])


@router.get("/health", response_model=list[CheckOut])
def health(request: Request, _actor: ActingKeeper, db: Db, now: Now) -> tuple[Check, ...]:
    """Every check, good or not; `unknown` where nobody told this server where to look."""
    return service.look(db, request.app.state.settings, now=now)
