"""Sums of open cases for whoever sees no resident: how many, and nothing of whom."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from clinician_api.identity import service as identity
from clinician_api.triage.models import Case


def unclaimed_criticals(db: Session, institution: UUID) -> int:
    """At this moment, at an institution's own desks and its teams'."""
    teams = [each.team for each in identity.teams_in(db, institution)]
    here = or_(Case.team.in_(teams), Case.institution == institution)
    waiting = (Case.level == "critical", Case.resolved_at.is_(None), Case.is_claimed.is_(False))
    return db.scalar(select(func.count()).where(*waiting, here)) or 0
