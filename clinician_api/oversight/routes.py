"""Who looked, looks in an emergency, and the auditors' search over HTTP."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query

from clinician_api.audit.search import Found, Wanted
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import InvalidError, NotFoundError
from clinician_api.identity.routes import ActingAuditor, ActingResident, ActingStaff, CurrentActor
from clinician_api.oversight import looks, service
from clinician_api.oversight.looks import Seen
from clinician_api.oversight.rules import Look
from clinician_api.oversight.schemas import (
    EmergencyIn,
    EmergencyOut,
    FoundOut,
    ReviewIn,
    SearchIn,
    SeenOut,
)
from clinician_api.oversight.service import Asked

router = APIRouter(tags=["oversight"])

ZONE: Final = ZoneInfo(looks.ZONE)
_LAST: Final = date(9999, 1, 1)
Days = Annotated[int, Query(ge=1, le=366)]


@router.get("/me/looks", response_model=list[SeenOut])
def my_looks(actor: ActingResident, db: Db, now: Now, days: Days = 30) -> list[Seen]:
    """Who read the asker's own data or did something with it, a line for each who and what of a day."""
    if actor.resident is None:
        raise NotFoundError("resident.unknown")
    since = now - timedelta(days=days)
    return looks.who_looked(db, actor, actor.resident, since=since, until=now, now=now)


@router.post("/emergencies", status_code=201, response_model=EmergencyOut)
def open_look(asked: EmergencyIn, actor: ActingStaff, db: Db, now: Now) -> Look:
    """See a resident out of reach, for a reason that is reviewed within a day."""
    return service.open_look(db, actor, Asked(**asked.model_dump()), now=now)


@router.get("/emergencies", response_model=list[EmergencyOut])
def own_looks(actor: ActingStaff, db: Db, now: Now) -> list[Look]:
    """The asker's own that still give sight."""
    return service.own(db, actor, now=now)


@router.get("/emergencies/reviews", response_model=list[EmergencyOut])
def to_review(actor: CurrentActor, db: Db) -> list[Look]:
    """What waits for the asker's judgement; nothing for whoever reviews none."""
    return service.to_review(db, actor)


@router.post("/emergencies/{look}/review", response_model=EmergencyOut)
def review(look: UUID, said: ReviewIn, actor: CurrentActor, db: Db, now: Now) -> Look:
    return service.review(db, actor, look, verdict=said.verdict, remark=said.remark, now=now)


@router.get("/audit", response_model=list[FoundOut])
def search(asked: Annotated[SearchIn, Query()], actor: ActingAuditor, db: Db, now: Now) -> list[Found]:
    """Fifty entries, the newest first. The search is an entry itself."""
    before = None if asked.before is None or asked.seq is None else (_zoned(asked.before), asked.seq)
    return looks.search_audit(db, actor, wanted(asked), before=before, now=now)


def wanted(asked: SearchIn) -> Wanted:
    since, until = midnight(asked.since), midnight(asked.until) + timedelta(days=1)
    return Wanted(since, until, asked.account, asked.resident, asked.action or None, asked.outcome)


def midnight(day: date) -> datetime:
    """Its first moment in Shanghai, of days that a calendar still has a next one of."""
    if not date(1970, 1, 2) <= day < _LAST:
        raise InvalidError("audit.days", "since")
    return datetime.combine(day, time(), ZONE)


def _zoned(moment: datetime) -> datetime:
    if moment.tzinfo is None or not 1970 <= moment.year < _LAST.year:
        raise InvalidError("audit.days", "before")
    return moment
