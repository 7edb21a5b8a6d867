"""The worker's chore of this room: safe to do twice."""

from __future__ import annotations

from datetime import datetime

from clinician_api.db import Sessions
from clinician_api.reaching import service


def take_up(sessions: Sessions, now: datetime) -> None:
    """Make calls of what no way brought to anybody, and close those of who has seen it meanwhile."""
    with sessions.begin() as db:
        service.take_up(db, now=now)
