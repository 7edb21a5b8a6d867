"""Who works in many teams, by one question. Only asks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.identity import service
from clinician_api.identity.models import Membership
from clinician_api.identity.schemas import Crew


def crews(db: Session, teams: Collection[UUID], now: datetime) -> dict[UUID, Crew]:
    """Who works in each of these teams, in the order of `members` and `doctors`; by one question."""
    held = service.memberships(now).with_only_columns(Membership.team, Membership.account, Membership.role)
    found: dict[UUID | None, list[tuple[UUID, str]]] = {}
    for team, account, role in db.execute(held.where(Membership.team.in_(teams))):
        found.setdefault(team, []).append((account, role))
    return {team: _crew(found.get(team, [])) for team in teams}


def _crew(rows: Sequence[tuple[UUID, str]]) -> Crew:
    doctors = dict.fromkeys(account for account, role in rows if role == "doctor")
    return Crew(tuple(doctors), tuple(dict.fromkeys(account for account, _ in rows)))
