"""What waits in the sections of the rail, for whoever answers for it. Asked of few."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.contracts import hearing
from clinician_api.oversight import service as oversight


def counts(db: Session, actor: Actor) -> Mapping[str, int]:
    """By the address of the section."""
    found = {}
    if not actor.roles.isdisjoint({"supervisor", "auditor"}):
        found["/emergencies/reviews"] = len(oversight.to_review(db, actor))
    if "supervisor" in actor.roles and actor.institution is not None:
        found["/complaints"] = hearing.waiting(db, actor.institution)
    return found
