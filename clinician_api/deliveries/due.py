"""The services that a team owes its residents next, and by when. Only looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.contracts import looking
from clinician_api.packages import service as packages
from clinician_api.packages.keeping import Line
from clinician_api.packages.plan import Due, next_due
from clinician_api.packages.years import day_of

AHEAD: Final = timedelta(days=30)
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Owed:
    resident: UUID
    line: Line
    due: Due


def owed(db: Session, actor: Actor, *, now: datetime) -> list[Owed]:
    """What is overdue, and what can be given within thirty days: the soonest to end first, at most 100. Of
    residents of the actor's own teams who are in sight; that each was read is written down."""
    today = day_of(now)
    served = looking.served(db, actor, now=now)
    lines = packages.with_days(db, served.keys(), today)
    found = [Owed(served[each.contract], each, due) for each in lines if (due := next_due(each))]
    soon = sorted(
        (each for each in found if each.due.since <= today + AHEAD),
        key=lambda each: (each.due.until, each.line.item, each.resident),
    )[:MOST]
    access.note(db, actor, *(each.resident for each in soon), purpose="services", now=now)
    return soon
