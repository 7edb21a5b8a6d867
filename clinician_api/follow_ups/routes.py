"""Open tasks over HTTP. They are worked on through their cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from clinician_api.access import service as access
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.follow_ups import service
from clinician_api.follow_ups.schemas import TaskOut, TasksOut
from clinician_api.identity.routes import ActingStaff

router = APIRouter(prefix="/tasks", tags=["follow-ups"])


@router.get("")
def open_tasks(
    actor: ActingStaff,
    db: Db,
    now: Now,
    *,
    mine: Annotated[bool, Query(description="Only those that the asker owns.")] = False,
) -> TasksOut:
    """Of the residents in sight, the soonest due first; at most fifty."""
    owner = actor.account if mine else None
    found = service.of_residents(db, access.visible(db, actor, now), owner=owner)
    access.note(db, actor, *(task.resident for task in found), purpose="tasks", now=now)
    return TasksOut(tasks=[TaskOut.model_validate(task) for task in found])
