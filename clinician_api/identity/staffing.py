"""Who works in an institution, in which teams and roles: what its administrator does. Of no residents."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import About, ConflictError, NotAllowedError, NotFoundError
from clinician_api.identity import service
from clinician_api.identity.models import Account, Membership, Team
from clinician_api.identity.rules import TeamRole
from clinician_api.identity.schemas import HeldRole, NewAccount, NewStaff, NewTeam, StaffOut, TeamOut
from clinician_api.passwords import Passwords


class Begun(NamedTuple):
    """A membership by its id: which role somebody took up, and in which house."""

    membership: UUID
    role: TeamRole
    account: UUID
    institution: UUID


def teams(db: Session, institution: UUID) -> list[TeamOut]:
    rows = db.scalars(select(Team).where(Team.institution == institution).order_by(Team.name, Team.id))
    return [TeamOut(id=row.id, name=row.name, phone=row.phone) for row in rows]


def staff(db: Session, institution: UUID, now: datetime) -> list[StaffOut]:
    """Who works there now, by name, with the roles that they hold or will hold."""
    roles: defaultdict[UUID, list[HeldRole]] = defaultdict(list)
    still = or_(Membership.until.is_(None), Membership.until > now)
    held = select(Membership).join(Account).where(Account.institution == institution, still)
    for row in db.scalars(held.order_by(Membership.since, Membership.id)):
        roles[row.account].append(
            HeldRole(id=row.id, role=row.role, team=row.team, since=row.since, until=row.until)
        )
    works = or_(Account.closed_at.is_(None), Account.closed_at > now)
    rows = db.scalars(select(Account).where(Account.institution == institution, works))
    found = [
        StaffOut(account=row.id, login_name=row.name, name=row.display_name, roles=roles[row.id])
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.name, each.login_name))


def works_in(db: Session, institution: UUID, account: UUID, now: datetime) -> bool:
    row = db.get(Account, account)
    return row is not None and row.institution == institution and not (row.closed_at and row.closed_at <= now)


def begun_roles(db: Session, *, since: datetime, now: datetime) -> list[Begun]:
    """Roles of staff that began in that time, the earliest first."""
    lately = (Membership.since > since, Membership.since <= now, Account.institution.is_not(None))
    rows = db.execute(
        select(Membership.id, Membership.role, Account.id, Account.institution)
        .join(Account, Account.id == Membership.account)
        .where(*lately)
        .order_by(Membership.since, Membership.id)
    )
    return [Begun(role_id, role, account, house) for role_id, role, account, house in rows if house]


def open_team(db: Session, by: By, institution: UUID, new: NewTeam, *, now: datetime) -> UUID:
    team = service.create_team(db, institution, name=new.name, phone=new.phone)
    audit.record(db, Entry("team.opened", by, target=("team", team)), now=now)
    return team


def employ(
    db: Session, by: By, institution: UUID, new: NewStaff, *, passwords: Passwords, now: datetime
) -> UUID:
    """A new login, without a role until one is given."""
    given = NewAccount(
        name=new.login_name, password=new.password, display_name=new.name, institution=institution
    )
    account = service.create_account(db, given, passwords=passwords, now=now)
    audit.record(db, Entry("staff.employed", by, target=("account", account)), now=now)
    return account


def leave(db: Session, by: By, institution: UUID, account: UUID, *, now: datetime) -> None:
    """The login is closed at once and every role ends; what they did stays under their name."""
    row = _colleague(db, by, institution, account, now)
    row.closed_at = now
    still = or_(Membership.until.is_(None), Membership.until > now)
    for held in db.scalars(select(Membership).where(Membership.account == account, still)):
        held.until = max(now, held.since)
    db.flush()
    audit.record(db, Entry("staff.left", by, target=("account", account)), now=now)


def appoint(
    db: Session, by: By, institution: UUID, account: UUID, role: TeamRole, *, team: UUID | None, now: datetime
) -> None:
    """From now on. Nobody gives a role to themself."""
    _colleague(db, by, institution, account, now)
    if team is not None and service.institution_of(db, team) != institution:
        raise NotFoundError("team.unknown", about=About("team", team))
    same = (Membership.account == account, Membership.role == role, Membership.team == team)
    still = or_(Membership.until.is_(None), Membership.until > now)
    if db.scalar(select(Membership.id).where(*same, still)) is not None:
        raise ConflictError("role.held", about=About("account", account))
    service.join(db, account, role, team=team, since=now)
    facts = {"role": role, "team": str(team) if team else None}
    audit.record(db, Entry("role.given", by, target=("account", account), facts=facts), now=now)


def dismiss(db: Session, by: By, institution: UUID, membership: UUID, *, now: datetime) -> None:
    """A role ends at once; one that would only have begun never begins."""
    row = db.get(Membership, membership, with_for_update=True)
    if row is None:
        raise NotFoundError("role.unknown", about=About("role", membership))
    _colleague(db, by, institution, row.account, now)
    if row.until is not None and row.until <= now:
        raise ConflictError("role.ended", about=About("role", membership))
    row.until = max(now, row.since)
    db.flush()
    facts = {"role": row.role, "team": str(row.team) if row.team else None}
    audit.record(db, Entry("role.taken", by, target=("account", row.account), facts=facts), now=now)


def _colleague(db: Session, by: By, institution: UUID, account: UUID, now: datetime) -> Account:
    row = db.get(Account, account, with_for_update=True)
    if row is None or row.institution != institution or (row.closed_at is not None and row.closed_at <= now):
        raise NotFoundError("account.unknown", about=About("account", account))
    if by.account == account:
        raise NotAllowedError("role.not_for_oneself", about=About("account", account))
    return row
