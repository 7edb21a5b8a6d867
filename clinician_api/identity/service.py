"""People, teams and shifts. Grants a resident sight of themself; all other sight is granted above."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from clinician_api.access import rules as access_rules
from clinician_api.access import service as access
from clinician_api.access.rules import Actor, Grant, Role, Scope, Source
from clinician_api.errors import About, ConflictError, InvalidError, NotFoundError
from clinician_api.identity import rules, search
from clinician_api.identity.models import Account, DutyShift, Institution, Membership, Region, Resident, Team
from clinician_api.identity.rules import TeamRole
from clinician_api.identity.schemas import (
    NewAccount,
    NewResident,
    Person,
    Preferences,
    ResidentOut,
    TeamCard,
)
from clinician_api.passwords import Passwords

_PAGE: Final = 50


def create_region(db: Session, code: str, name: str, *, parent: UUID | None = None) -> UUID:
    """`code` is what configuration calls it by; the region above it, if any, has been made before."""
    if db.scalar(select(Region.id).where(Region.code == code)) is not None:
        raise ConflictError("region.code_taken")
    region = Region(id=uuid4(), code=code, name=name, parent=parent)
    db.add(region)
    db.flush()
    return region.id


def region_by_code(db: Session, code: str) -> UUID | None:
    return db.scalar(select(Region.id).where(Region.code == code))


def region_codes(db: Session, regions: Collection[UUID]) -> dict[UUID, str]:
    return {each.id: each.code for each in db.scalars(select(Region).where(Region.id.in_(regions)))}


def regions_above(db: Session, region: UUID) -> list[UUID]:
    """The region and those that it lies in, the nearest first."""
    found: list[UUID] = []
    above: UUID | None = region
    while above is not None and above not in found:
        found.append(above)
        above = db.scalar(select(Region.parent).where(Region.id == above))
    return found


def region_of(db: Session, institution: UUID) -> UUID | None:
    return db.scalar(select(Institution.region).where(Institution.id == institution))


def district_names(db: Session, institutions: Collection[UUID]) -> dict[UUID, str]:
    """The nearest region of each institution that lies in one."""
    near = select(Institution.id, Region.name).join(Region, Region.id == Institution.region)
    found = db.execute(near.where(Institution.id.in_(institutions)))
    return {row.id: row.name for row in found}


def create_institution(db: Session, name: str, *, phone: str, region: UUID | None = None) -> UUID:
    institution = Institution(id=uuid4(), name=name, phone=phone, region=region)
    db.add(institution)
    db.flush()
    return institution.id


def create_team(db: Session, institution: UUID, *, name: str, phone: str) -> UUID:
    team = Team(id=uuid4(), institution=institution, name=name, phone=phone)
    db.add(team)
    db.flush()
    return team.id


def create_resident(db: Session, new: NewResident, *, resident: UUID | None = None) -> UUID:
    """`resident` is the id under which gateways know the person already."""
    row = Resident(id=resident or uuid4(), **new.model_dump())
    db.add(row)
    db.flush()
    search.index(db, [row])
    return row.id


def create_account(db: Session, new: NewAccount, *, passwords: Passwords, now: datetime) -> UUID:
    """A resident's account sees that resident from now on."""
    if db.scalar(select(Account.id).where(Account.name == new.name)) is not None:
        raise ConflictError("account.name_taken")
    password = passwords.hash(new.password.get_secret_value())
    row = Account(id=uuid4(), password=password, closed_at=None, **new.model_dump(exclude={"password"}))
    db.add(row)
    db.flush()
    if row.resident is not None:
        source = Source("account", row.id)
        access.grant(db, Grant(access_rules.oneself(row.id), row.resident, now, None, source))
    return row.id


def join(
    db: Session,
    account: UUID,
    role: TeamRole,
    *,
    team: UUID | None,
    since: datetime,
    until: datetime | None = None,
) -> None:
    """Give a role in a team; some are of the whole institution and no team. Nobody holds two of those that
    must stay apart at any time."""
    if not rules.fits_place(role, has_team=team is not None):
        raise InvalidError("role.wrong_place", "team")
    lock_account(db, account)
    touching = or_(Membership.until.is_(None), Membership.until > since)
    if until is not None:
        touching = and_(touching, Membership.since < until)
    held = db.scalars(select(Membership.role).where(Membership.account == account, touching))
    if rules.splits(frozenset(held), role):
        raise ConflictError("role.must_stay_apart", about=About("account", account))
    db.add(Membership(id=uuid4(), account=account, role=role, team=team, since=since, until=until))
    db.flush()


def put_on_duty(db: Session, institution: UUID, *, account: UUID, since: datetime, until: datetime) -> None:
    db.add(DutyShift(id=uuid4(), institution=institution, account=account, since=since, until=until))
    db.flush()


def on_duty(db: Session, institution: UUID, now: datetime) -> list[UUID]:
    """Accounts on shift, the longest one first. None at all is itself an alarm."""
    shifts = select(DutyShift.account).join(Account, Account.id == DutyShift.account)
    on_shift = (DutyShift.institution == institution, DutyShift.since <= now, DutyShift.until > now)
    return list(db.scalars(shifts.where(*on_shift, _works(now)).order_by(DutyShift.since, DutyShift.id)))


def institutions(db: Session) -> list[UUID]:
    return list(db.scalars(select(Institution.id).order_by(Institution.id)))


def neighbours(db: Session, institution: UUID) -> list[UUID]:
    """Institutions of the same region, or of one that lies directly in it; itself among them."""
    region = region_of(db, institution)
    if region is None:
        return [institution]
    near = select(Region.id).where(or_(Region.id == region, Region.parent == region))
    found = select(Institution.id).where(Institution.region.in_(near))
    return list(db.scalars(found.order_by(Institution.id)))


def shifts(
    db: Session, institution: UUID, *, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """When somebody is on duty in that time: begin and end of each shift, the earliest first."""
    held = select(DutyShift.since, DutyShift.until).join(Account, Account.id == DutyShift.account)
    touching = (DutyShift.institution == institution, DutyShift.since < until, DutyShift.until > since)
    rows = db.execute(held.where(*touching, _works(since)).order_by(DutyShift.since, DutyShift.id))
    return [(begin, end) for begin, end in rows]


def leaders(db: Session, team: UUID, now: datetime) -> list[UUID]:
    return _holders(db, "leader", Membership.team == team, now)


def doctors(db: Session, team: UUID, now: datetime) -> list[UUID]:
    """Of the team, once each: they alone can sign for it."""
    return list(dict.fromkeys(_holders(db, "doctor", Membership.team == team, now)))


def nurses(db: Session, team: UUID, now: datetime) -> list[UUID]:
    """Of the team, once each, the longest there first."""
    return list(dict.fromkeys(_holders(db, "nurse", Membership.team == team, now)))


def members(db: Session, team: UUID, now: datetime) -> list[UUID]:
    """Everybody who works in the team, once each."""
    return list(dict.fromkeys(db.scalars(memberships(now).where(Membership.team == team))))


def supervisors(db: Session, institution: UUID, now: datetime) -> list[UUID]:
    return _holders(db, "supervisor", Account.institution == institution, now)


def officers(db: Session, institution: UUID, now: datetime) -> list[UUID]:
    """Who has the security of an institution."""
    return _holders(db, "security", Account.institution == institution, now)


def lock_resident(db: Session, resident: UUID) -> None:
    """Let one transaction at a time decide about this person."""
    if db.scalar(select(Resident.id).where(Resident.id == resident).with_for_update()) is None:
        raise NotFoundError("resident.unknown", about=About("resident", resident))


def lock_account(db: Session, account: UUID) -> None:
    """Let one transaction at a time decide about what this account holds."""
    db.execute(select(Account.id).where(Account.id == account).with_for_update())


def institution_of(db: Session, team: UUID) -> UUID:
    institution = db.scalar(select(Team.institution).where(Team.id == team))
    if institution is None:
        raise NotFoundError("team.unknown", about=About("team", team))
    return institution


def team_cards(db: Session, teams: Collection[UUID]) -> dict[UUID, TeamCard]:
    rows = db.execute(select(Team, Institution).join(Institution).where(Team.id.in_(teams)))
    return {team.id: _team_card(team, institution) for team, institution in rows}


def teams_in(db: Session, institution: UUID) -> list[TeamCard]:
    """By name."""
    of_institution = Team.institution == institution
    rows = db.execute(select(Team, Institution).join(Institution).where(of_institution).order_by(Team.name))
    return [_team_card(team, found) for team, found in rows]


def people(db: Session, accounts: Collection[UUID]) -> dict[UUID, Person]:
    rows = db.scalars(select(Account).where(Account.id.in_(accounts)))
    return {row.id: _person(row) for row in rows}


def account_of(db: Session, resident: UUID) -> UUID | None:
    """The account with which the resident logs in, if there is one."""
    return db.scalar(select(Account.id).where(Account.resident == resident))


def account_named(db: Session, name: str) -> UUID | None:
    """Of a login's name."""
    return db.scalar(select(Account.id).where(Account.name == name))


def filed_under(db: Session, file_number: str) -> UUID | None:
    """Whose file it is; the caller makes sure that they may be seen."""
    return db.scalar(select(Resident.id).where(Resident.file_number == file_number))


def institution_names(db: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = db.scalars(select(Institution).where(Institution.id.in_(ids)))
    return {row.id: row.name for row in rows}


def residents(db: Session, ids: Collection[UUID]) -> dict[UUID, ResidentOut]:
    """Of residents that the caller has made sure may be seen."""
    rows = db.scalars(select(Resident).where(Resident.id.in_(ids)))
    return {row.id: _resident(row) for row in rows}


def by_file_number(db: Session, number: str) -> UUID | None:
    """Whose file has this whole number: asked where nobody is in sight yet."""
    return db.scalar(select(Resident.id).where(Resident.file_number == number))


def phone(db: Session, resident: UUID) -> str | None:
    """Unmasked, for a call: of a resident that the caller has made sure may be seen."""
    return db.scalar(select(Resident.phone).where(Resident.id == resident))


def visible_residents(db: Session, actor: Actor, *, after: str | None, now: datetime) -> list[ResidentOut]:
    """A page of those whom `actor` may see, by file number. That each was read is written down."""
    in_sight = select(Resident).where(Resident.id.in_(access.visible(db, actor, now)))
    if after is not None:
        in_sight = in_sight.where(Resident.file_number > after)
    rows = list(db.scalars(in_sight.order_by(Resident.file_number).limit(_PAGE)))
    access.note(db, actor, *(row.id for row in rows), purpose="list", now=now)
    return [_resident(row) for row in rows]


def prefer(db: Session, actor: Actor, wanted: Preferences) -> None:
    """Change how the actor's own screen looks."""
    account = db.get_one(Account, actor.account)
    account.language = wanted.language or account.language
    resident = db.get(Resident, actor.resident) if actor.resident else None
    if resident is not None:
        # The language is the helper's own, the size of letters is for whom the page is.
        resident.language = resident.language if actor.behalf else account.language
        resident.font_step = resident.font_step if wanted.font_step is None else wanted.font_step
    db.flush()


def actor_of(
    db: Session, account: UUID, *, login: UUID, behalf: UUID | None = None, now: datetime
) -> Actor | None:
    """The account as it stands now: roles and teams by their dates. None once it is closed.

    `behalf` is whom it acts for; once the authorisation is over it is itself again.
    """
    row = db.scalar(select(Account).where(Account.id == account, _works(now)))
    if row is None:
        return None
    if behalf is not None and (scopes := access.scopes(db, account, behalf, now=now)):
        helped = db.get_one(Resident, behalf)
        return _helping(row, login, helped, scopes)
    held = db.execute(
        select(Membership.role, Membership.team).where(Membership.account == account, _holds(now))
    )
    roles_in = [(role, team) for role, team in held]
    return Actor(
        account=row.id,
        login=login,
        name=row.display_name,
        roles=frozenset({role for role, _ in roles_in} | _further_roles(db, row, now)),
        language=row.language,
        teams=frozenset(team for _, team in roles_in if team is not None),
        institution=row.institution,
        resident=row.resident,
    )


def _helping(account: Account, login: UUID, helped: Resident, scopes: frozenset[Scope]) -> Actor:
    """Without the roles and teams of its own work: a nurse who helps sees what the helped one sees."""
    return Actor(
        account=account.id,
        login=login,
        name=account.display_name,
        roles=frozenset({"resident"}),
        language=account.language,
        resident=helped.id,
        behalf=helped.id,
        behalf_name=helped.name,
        scopes=scopes,
    )


def _further_roles(db: Session, account: Account, now: datetime) -> set[Role]:
    """What no team gives: a resident is one, who is on shift has the duty, who has a grant is a steward."""
    if account.institution is None:
        return {"resident"} if account.resident else set()
    roles: set[Role] = {"duty"} if account.id in on_duty(db, account.institution, now) else set()
    return roles | {"steward"} if access.reach(db, account.id, now) else roles


def _holders(db: Session, role: TeamRole, where: ColumnElement[bool], now: datetime) -> list[UUID]:
    return list(db.scalars(memberships(now).where(Membership.role == role, where)))


def memberships(now: datetime) -> Select[UUID]:
    """Accounts, once for each role that they hold now, the longest held first."""
    held = select(Membership.account).join(Account, Account.id == Membership.account)
    return held.where(_holds(now), _works(now)).order_by(Membership.since, Membership.id)


def _holds(now: datetime) -> ColumnElement[bool]:
    return and_(Membership.since <= now, or_(Membership.until.is_(None), Membership.until > now))


def _works(now: datetime) -> ColumnElement[bool]:
    return or_(Account.closed_at.is_(None), Account.closed_at > now)


def _person(row: Account) -> Person:
    return Person(row.id, row.display_name, row.language, row.institution, row.resident)


def _team_card(team: Team, institution: Institution) -> TeamCard:
    return TeamCard(team.id, team.name, team.phone, institution.id, institution.name, institution.phone)


def _resident(row: Resident) -> ResidentOut:
    return ResidentOut(
        id=row.id,
        name=row.name,
        sex=row.sex,
        born=row.born,
        phone=rules.masked(row.phone),
        file_number=row.file_number,
        address=row.address,
        language=row.language,
        font_step=row.font_step,
    )
