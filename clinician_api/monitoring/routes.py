"""Comparisons of meters, and whether a home is monitored, over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from clinician_api.access import service as access
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity.routes import ActingStaff, CurrentActor
from clinician_api.monitoring import service
from clinician_api.monitoring.schemas import MonitoringOut, NewCheck

router = APIRouter(prefix="/residents/{resident}", tags=["monitoring"])


@router.get("/monitoring")
def state(resident: UUID, actor: CurrentActor, db: Db, now: Now) -> MonitoringOut:
    """Since when, or what it still lacks; and every comparison, the newest first."""
    access.require(db, actor, resident, purpose="monitoring", now=now)
    return service.state(db, resident, now=now)


@router.post("/device-checks", status_code=201)
def put_down(resident: UUID, said: NewCheck, actor: ActingStaff, db: Db, now: Now) -> MonitoringOut:
    """A home meter compared with the clinic's, in person."""
    service.put_down(db, actor, resident, said, now=now)
    return service.state(db, resident, now=now)
