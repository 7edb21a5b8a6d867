"""The one answer to who sees whom: computed from dated grants at each query. Upper rooms write them here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, update
from sqlalchemy.orm import Session

from clinician_api.access import rules
from clinician_api.access.models import AccessBar, AccessGrant, StewardGrant
from clinician_api.access.rules import Actor, Grant, Grantee, GrantKind, Reach, Scope, Source
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import About, NotFoundError


def by(actor: Actor) -> By:
    """As the audit names an actor, and for whom they act."""
    return By(account=actor.account, login=actor.login, on_behalf_of=actor.behalf)


def visible(_db: Session, actor: Actor, now: datetime, *, purpose: str | None = None) -> Select[UUID]:
    """The ids of the residents that `actor` may see, for `.in_()`; with a `purpose` only those for it."""
    granted = select(AccessGrant.resident).where(or_(false(), *_held_by(actor)), *_in_force(now))
    fit = granted if purpose is None else granted.where(AccessGrant.kind.in_(rules.kinds_for(purpose)))
    return fit.where(~_is_barred(now))


def may_see(db: Session, actor: Actor, resident: UUID, *, now: datetime, purpose: str | None = None) -> bool:
    query = visible(db, actor, now, purpose=purpose).where(AccessGrant.resident == resident).limit(1)
    return db.scalar(query) is not None


def scopes(db: Session, account: UUID, resident: UUID, *, now: datetime) -> frozenset[Scope]:
    """What `account` may do for `resident` as a helper, by every authorisation in force."""
    held = (AccessGrant.kind == "proxy", AccessGrant.grantee == account, AccessGrant.resident == resident)
    rows = db.scalars(select(AccessGrant.scope).where(*held, *_in_force(now), ~_is_barred(now)))
    return frozenset(scope for row in rows for scope in row)


def require(db: Session, actor: Actor, resident: UUID, *, purpose: str, now: datetime) -> None:
    """Let `actor` read of `resident` for `purpose` and write down that they did. Who is out of sight, or in
    it for something else, is not found."""
    if not may_see(db, actor, resident, now=now, purpose=purpose):
        raise NotFoundError("resident.unknown", about=About("resident", resident))
    note(db, actor, resident, purpose=purpose, now=now)


def note(db: Session, actor: Actor, *residents: UUID, purpose: str, now: datetime) -> None:
    """Write down that `actor` read of those in a list that was drawn from `visible`, each once."""
    read = Entry("resident.read", by(actor), purpose=purpose)
    audit.record_each(db, read, dict.fromkeys(residents), now=now)


def grant(db: Session, given: Grant) -> None:
    """Written in the transaction of what it follows from."""
    db.add(
        AccessGrant(
            id=uuid4(),
            kind=given.grantee.kind,
            grantee=given.grantee.id,
            institution=given.grantee.institution,
            resident=given.resident,
            scope=sorted(given.scope),
            since=given.since,
            until=given.until,
            source_kind=given.source.kind,
            source=given.source.id,
        )
    )
    db.flush()


def follow(db: Session, source: Source, wanted: Sequence[Grant]) -> None:
    """Make what `source` grants be exactly `wanted`. What is no longer wanted is emptied and kept."""
    of_source = (AccessGrant.source_kind == source.kind, AccessGrant.source == source.id)
    rows = {_key(_grant(row)): row for row in db.scalars(select(AccessGrant).where(*of_source))}
    for row in rows.values():
        row.until = row.since
    for given in wanted:
        known = rows.get(_key(given))
        if known is None:
            grant(db, given)
        else:
            known.until, known.scope = given.until, sorted(given.scope)
    db.flush()


def _key(given: Grant) -> tuple[Grantee, UUID, datetime]:
    return given.grantee, given.resident, given.since


def end(db: Session, source: Source, *, now: datetime) -> None:
    """End whatever follows from `source`; what would only have begun later never begins."""
    of_source = (AccessGrant.source_kind == source.kind, AccessGrant.source == source.id)
    open_still = or_(AccessGrant.until.is_(None), AccessGrant.until > now)
    begun = update(AccessGrant).where(*of_source, open_still, AccessGrant.since <= now).values(until=now)
    ahead = update(AccessGrant).where(*of_source, open_still, AccessGrant.since > now)
    db.execute(begun)
    db.execute(ahead.values(until=AccessGrant.since))


def bar(db: Session, resident: UUID, kind: GrantKind, *, now: datetime) -> None:
    """From `now` on no grant of this kind gives sight of the resident: a word of theirs took it back."""
    if db.scalar(_open_bars(resident, kind)) is None:
        db.add(AccessBar(id=uuid4(), resident=resident, kind=kind, since=now, until=None))
    db.flush()


def unbar(db: Session, resident: UUID, kind: GrantKind, *, now: datetime) -> None:
    """Grants that are in force count again from `now` on."""
    for row in db.scalars(_open_bars(resident, kind)):
        row.until = max(now, row.since)
    db.flush()


def appoint_steward(
    db: Session,
    by: By,
    account: UUID,
    institution: UUID | None,
    *,
    since: datetime,
    until: datetime | None = None,
    now: datetime,
) -> None:
    """Let somebody look after the fleet of an institution; without one, of the whole platform."""
    row = StewardGrant(id=uuid4(), account=account, institution=institution, since=since, until=until)
    db.add(row)
    facts = {"institution": str(institution) if institution else None}
    audit.record(db, Entry("steward.appointed", by, target=("account", account), facts=facts), now=now)
    db.flush()


def reach(db: Session, account: UUID, now: datetime) -> Reach | None:
    """What `account` looks after as a steward; None for whoever is none."""
    held = select(StewardGrant.institution).where(StewardGrant.account == account, *_holds(now))
    found = list(db.scalars(held))
    if not found:
        return None
    return Reach(frozenset(each for each in found if each is not None), is_everything=None in found)


def grants_of(db: Session, resident: UUID) -> list[Grant]:
    """Every grant that ever gave sight of `resident`."""
    rows = db.scalars(select(AccessGrant).where(AccessGrant.resident == resident).order_by(AccessGrant.since))
    return [_grant(row) for row in rows if row.until is None or row.until > row.since]


def _grant(row: AccessGrant) -> Grant:
    grantee = Grantee(row.kind, row.grantee, row.institution)
    source = Source(row.source_kind, row.source)
    return Grant(grantee, row.resident, row.since, row.until, source, frozenset(row.scope))


def _in_force(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return AccessGrant.since <= now, or_(AccessGrant.until.is_(None), AccessGrant.until > now)


def _is_barred(now: datetime) -> ColumnElement[bool]:
    of_grant = (AccessBar.resident == AccessGrant.resident, AccessBar.kind == AccessGrant.kind)
    stands = (AccessBar.since <= now, or_(AccessBar.until.is_(None), AccessBar.until > now))
    return exists().where(*of_grant, *stands)


def _open_bars(resident: UUID, kind: GrantKind) -> Select[AccessBar]:
    of_kind = (AccessBar.resident == resident, AccessBar.kind == kind)
    return select(AccessBar).where(*of_kind, AccessBar.until.is_(None))


def _holds(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return StewardGrant.since <= now, or_(StewardGrant.until.is_(None), StewardGrant.until > now)


def _held_by(actor: Actor) -> Iterator[ColumnElement[bool]]:
    if actor.behalf is not None:
        helped = and_(AccessGrant.grantee == actor.account, AccessGrant.resident == actor.behalf)
        yield and_(AccessGrant.kind == "proxy", helped, AccessGrant.scope.contains(["read"]))
        return
    if actor.resident is not None:
        own = and_(AccessGrant.grantee == actor.account, AccessGrant.resident == actor.resident)
        yield and_(AccessGrant.kind == "self", own)
    if actor.teams:
        yield and_(AccessGrant.kind == "team", AccessGrant.grantee.in_(actor.teams))
    if not rules.CLINICAL.isdisjoint(actor.roles):
        yield and_(AccessGrant.kind == "emergency", AccessGrant.grantee == actor.account)
    if "duty" in actor.roles:
        yield and_(AccessGrant.kind == "duty_desk", AccessGrant.grantee == actor.institution)
    if "supervisor" in actor.roles:
        yield AccessGrant.institution == actor.institution
