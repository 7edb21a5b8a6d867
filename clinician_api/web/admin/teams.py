"""A team before its administrator: its room, and who works in it. Looks up and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.contracts import counting, dates, looking
from clinician_api.contracts.places import Limit
from clinician_api.errors import About, NotFoundError
from clinician_api.identity import staffing
from clinician_api.web.admin import overview
from clinician_api.web.admin.overview import TeamLine


@dataclass(frozen=True, slots=True)
class Member:
    """A role that somebody holds in the team."""

    membership: UUID
    name: str
    login_name: str
    role: str
    is_me: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    account: UUID
    name: str


@dataclass(frozen=True, slots=True)
class TeamPage:
    line: TeamLine
    limit: Limit
    members: tuple[Member, ...]
    colleagues: tuple[Colleague, ...]


def page(db: Session, institution: UUID, team: UUID, *, me: UUID, now: datetime) -> TeamPage:
    """Of another institution's team there is none."""
    found = counting.counts(db, institution, since=dates.midnight(dates.day_of(now)))
    lines = {each.id: each for each in overview.teams(db, institution, found, now=now)}
    if team not in lines:
        raise NotFoundError("team.unknown", about=About("team", team))
    staff = staffing.staff(db, institution, now)
    members = tuple(
        Member(role.id, each.name, each.login_name, role.role, each.account == me)
        for each in staff
        for role in each.roles
        if role.team == team
    )
    others = tuple(Colleague(each.account, each.name) for each in staff if each.account != me)
    return TeamPage(lines[team], looking.limit_of(db, team), members, others)
