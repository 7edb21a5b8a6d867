"""The worker's chores of this room: safe to do twice."""

from __future__ import annotations

from datetime import datetime

from clinician_api.db import Sessions
from clinician_api.oversight import service


def reminders(sessions: Sessions, now: datetime) -> None:
    """Tell supervisors of looks in an emergency that nobody judged in time."""
    with sessions.begin() as db:
        service.remind(db, now=now)


def roles(sessions: Sessions, now: datetime) -> None:
    """Tell of roles that were given."""
    with sessions.begin() as db:
        service.tell_of_roles(db, now=now)
