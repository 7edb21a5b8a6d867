"""What waits in the sections of the rail, for whoever answers for it. Asked of few."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from clinician_api.access.rules import CLINICAL, Actor
from clinician_api.contracts import hearing, owing
from clinician_api.oversight import service as oversight
from clinician_api.reaching import service as reaching


def counts(db: Session, actor: Actor, now: datetime) -> Mapping[str, int]:
    """By the address of the section."""
    found: dict[str, int] = {}
    if not actor.roles.isdisjoint(CLINICAL):
        found["/calls"] = reaching.count(db, actor, now=now)
    if not actor.roles.isdisjoint({"supervisor", "auditor"}):
        found["/emergencies/reviews"] = len(oversight.to_review(db, actor))
    if "supervisor" in actor.roles and actor.institution is not None:
        found["/complaints"] = hearing.waiting(db, actor.institution)
        found["/refunds"] = owing.count(db, actor.institution)
    return found
