"""Who acts for whom: guardians and authorised helpers, with scope and end. Sight follows at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from clinician_api.access import rules as access_rules
from clinician_api.access import service as access
from clinician_api.access.rules import Actor, Grant, Scope, Source
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import About, ConflictError, InvalidError, NotAllowedError, NotFoundError
from clinician_api.identity import minding, service
from clinician_api.identity.minding import Ability, Person, Proxy, Wanted
from clinician_api.identity.models import Account, Incapacity, ProxyRow, Resident


def authorise(db: Session, by: By, resident: UUID, account: UUID, wanted: Wanted, *, now: datetime) -> UUID:
    """Let `account` act for `resident`, never from before `now`; the id of the proxy. Who has no right to is
    told why not."""
    wanted = replace(wanted, since=max(wanted.since, now))  # who has no capacity now had it once
    service.lock_resident(db, resident)
    helper = _account(db, account, now)
    person = person_of(db, resident, wanted.since.astimezone(minding.ZONE).date())
    known = person_of(db, helper.resident, now.astimezone(minding.ZONE).date()) if helper.resident else None
    if helper.institution is not None and wanted.relation != "staff":
        raise InvalidError("proxy.staff_is_staff", "relation")
    if found := minding.fault(wanted, person, known, is_own=helper.resident == resident):
        raise InvalidError(found, "earlier" if found == "proxy.earlier_guardians" else "basis")
    row = ProxyRow(
        id=uuid4(),
        resident=resident,
        account=account,
        relation=wanted.relation,
        basis=wanted.basis,
        scopes=sorted(wanted.scopes),
        since=wanted.since,
        until=minding.ends(wanted, person),
        evidence=wanted.evidence.strip(),
        earlier=wanted.earlier.strip(),
        granted_by=by.account,
        granted_at=now,
        revoked_at=None,
        revoked_by=None,
    )
    db.add(row)
    db.flush()
    access.follow(db, Source("proxy", row.id), sight_by(_proxy(row)))
    _write_down(db, "proxy.granted", by, row, now)
    return row.id


def revoke(db: Session, by: By, proxy: UUID, *, now: datetime) -> None:
    """Over at once: at the next query the helper sees nothing."""
    row = db.scalar(select(ProxyRow).where(ProxyRow.id == proxy).with_for_update())
    if row is None:
        raise NotFoundError("proxy.unknown", about=About("proxy", proxy))
    if row.revoked_at is not None or (row.until is not None and row.until <= now):
        raise ConflictError("proxy.over", about=About("proxy", proxy))
    row.revoked_at, row.revoked_by = now, by.account
    db.flush()
    access.follow(db, Source("proxy", row.id), sight_by(_proxy(row)))
    _write_down(db, "proxy.revoked", by, row, now)


def proxies_of(db: Session, resident: UUID, now: datetime) -> list[Proxy]:
    """Those who may act for the resident now."""
    rows = db.scalars(select(ProxyRow).where(ProxyRow.resident == resident, *_in_force(now)))
    return sorted((_proxy(row) for row in rows), key=lambda each: each.since)


def all_of(db: Session, resident: UUID) -> list[Proxy]:
    """Every one that ever was, the latest first; a revoked one ends when it was revoked."""
    rows = db.scalars(select(ProxyRow).where(ProxyRow.resident == resident))
    return sorted((_proxy(row) for row in rows), key=lambda each: each.since, reverse=True)


def helped_by(db: Session, account: UUID, now: datetime) -> list[Proxy]:
    """For whom the account may act now."""
    rows = db.scalars(select(ProxyRow).where(ProxyRow.account == account, *_in_force(now)))
    return sorted((_proxy(row) for row in rows), key=lambda each: each.since)


def basis_to_sign(db: Session, actor: Actor, resident: UUID, *, now: datetime) -> Proxy | None:
    """By what right the actor signs for the resident: None is their own. Raises NotAllowedError.

    A child, and an adult who lacks capacity, has a guardian sign; an authorisation is not enough.
    """
    ability = ability_of(db, resident, now.astimezone(minding.ZONE).date())
    if actor.resident == resident and actor.behalf is None:
        if ability.signs == "guardian":
            raise NotAllowedError("proxy.guardian_signs", about=About("resident", resident))
        return None
    fitting = "guardian" if ability.signs == "guardian" else "authorised"
    for proxy in proxies_of(db, resident, now):
        if proxy.account == actor.account and "sign" in proxy.scopes and proxy.basis == fitting:
            return proxy
    raise NotAllowedError("proxy.may_not_sign", about=About("resident", resident))


def require_scope(actor: Actor, scope: Scope, *others: Scope) -> None:
    """On a resident's own pages a helper keeps to what was allowed; any one of those named is enough."""
    if not any(actor.may(each) for each in (scope, *others)):
        about = About("resident", actor.resident) if actor.resident else None
        raise NotAllowedError(f"proxy.not_for_{scope}", about=about)


def sight(db: Session, resident: UUID) -> list[Grant]:
    """The grants that the resident's proxies amount to, computed anew."""
    return [given for proxy in all_of(db, resident) for given in sight_by(proxy)]


def sight_by(proxy: Proxy) -> list[Grant]:
    if proxy.until is not None and proxy.until <= proxy.since:
        return []
    grantee, source = access_rules.helper(proxy.account), Source("proxy", proxy.id)
    return [Grant(grantee, proxy.resident, proxy.since, proxy.until, source, proxy.scopes)]


def ability_of(db: Session, resident: UUID, today: date) -> Ability:
    """Who signs for the resident on that day."""
    return minding.ability(person_of(db, resident, today), today)


def person_of(db: Session, resident: UUID, today: date) -> Person:
    born = db.scalar(select(Resident.born).where(Resident.id == resident))
    if born is None:
        raise NotFoundError("resident.unknown", about=About("resident", resident))
    established = (Incapacity.since <= today, or_(Incapacity.until.is_(None), Incapacity.until > today))
    found = db.scalar(select(Incapacity.id).where(Incapacity.resident == resident, *established).limit(1))
    return Person(born, lacks_capacity=found is not None)


def state_incapacity(
    db: Session, by: By, resident: UUID, *, since: date, evidence: str, now: datetime
) -> UUID:
    """It was established, by a paper, that an adult cannot decide: from then on a guardian signs, and what
    the person had authorised before is over."""
    service.lock_resident(db, resident)
    if not evidence.strip():
        raise InvalidError("proxy.evidence_missing", "evidence")
    if person_of(db, resident, since).lacks_capacity:
        raise ConflictError("incapacity.known", about=About("resident", resident))
    stated = {"evidence": evidence.strip(), "stated_by": by.account, "stated_at": now}
    row = Incapacity(id=uuid4(), resident=resident, since=since, until=None, **stated)
    db.add(row)
    db.flush()
    audit.record(
        db, Entry("incapacity.stated", by, resident=resident, target=("incapacity", row.id)), now=now
    )
    for proxy in all_of(db, resident):
        if proxy.basis == "authorised" and (proxy.until is None or proxy.until > now):
            revoke(db, by, proxy.id, now=now)
    return row.id


def _account(db: Session, account: UUID, now: datetime) -> Account:
    row = db.get(Account, account)
    if row is None or (row.closed_at is not None and row.closed_at <= now):
        raise NotFoundError("account.unknown", about=About("account", account))
    return row


def _in_force(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ProxyRow.since <= now,
        or_(ProxyRow.until.is_(None), ProxyRow.until > now),
        or_(ProxyRow.revoked_at.is_(None), ProxyRow.revoked_at > now),
    )


def _proxy(row: ProxyRow) -> Proxy:
    ends = [moment for moment in (row.until, row.revoked_at) if moment is not None]
    return Proxy(
        id=row.id,
        resident=row.resident,
        account=row.account,
        relation=row.relation,
        basis=row.basis,
        scopes=frozenset(row.scopes),
        since=row.since,
        until=max(row.since, min(ends)) if ends else None,
        evidence=row.evidence,
    )


def _write_down(db: Session, action: str, by: By, row: ProxyRow, now: datetime) -> None:
    facts = {"account": str(row.account), "basis": row.basis, "relation": row.relation}
    entry = Entry(action, by, resident=row.resident, target=("proxy", row.id), facts=facts)
    audit.record(db, entry, now=now)
