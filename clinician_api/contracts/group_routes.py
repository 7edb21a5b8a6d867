"""Priority groups over HTTP. They lie above identity, as the elderly are counted by the rules of a region."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from clinician_api.access import service as access
from clinician_api.clock import Now
from clinician_api.contracts import dates, grouped
from clinician_api.db import Db
from clinician_api.identity import grouping
from clinician_api.identity.groups import Code, Kept
from clinician_api.identity.routes import ActingStaff, CurrentActor
from clinician_api.identity.schemas import GroupOut, NewGroup

router = APIRouter(prefix="/residents/{resident}/groups", tags=["people"])


@router.get("")
def list_groups(resident: UUID, actor: CurrentActor, db: Db, now: Now) -> list[GroupOut]:
    """Priority groups of today: computed ones and stated ones."""
    access.require(db, actor, resident, purpose="groups", now=now)
    found = grouped.on(db, resident, now)
    return [GroupOut(code=each.code, by=each.by, since=each.since, until=each.until) for each in found]


@router.post("", status_code=201)
def keep_group(resident: UUID, new: NewGroup, actor: ActingStaff, db: Db, now: Now) -> list[GroupOut]:
    access.require(db, actor, resident, purpose="groups", now=now)
    kept = Kept(new.code, "stated", new.evidence, new.since)
    grouping.keep(db, access.by(actor), resident, kept, now=now)
    return list_groups(resident, actor, db, now)


@router.delete("/{code}", status_code=204)
def end_group(resident: UUID, code: Code, actor: ActingStaff, db: Db, now: Now) -> Response:
    access.require(db, actor, resident, purpose="groups", now=now)
    grouping.end(db, access.by(actor), resident, code, until=dates.day_of(now), now=now)
    return Response(status_code=204)
