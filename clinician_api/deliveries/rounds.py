"""What the passing of time asks for. Each line has a transaction of its own, and all may be done twice."""

from __future__ import annotations

from datetime import datetime

from clinician_api.db import Sessions
from clinician_api.deliveries import acts, service


def weeks(sessions: Sessions, now: datetime) -> None:
    """Count the weeks in which residents measured."""
    with sessions.begin() as db:
        lines = service.watched(db, now=now)
    for line in lines:
        with sessions.begin() as db:
            service.count_weeks(db, line, now=now)


def done(sessions: Sessions, now: datetime) -> None:
    """Count what was done besides contacts."""
    with sessions.begin() as db:
        found = acts.waiting(db, now=now)
    for act in found:
        with sessions.begin() as db:
            acts.count(db, act, now=now)


def warnings(sessions: Sessions, now: datetime) -> None:
    """Tell teams of what they still owe, each once."""
    with sessions.begin() as db:
        lines = service.behind(db, now=now)
    for line in lines:
        with sessions.begin() as db:
            service.warn(db, line, now=now)
