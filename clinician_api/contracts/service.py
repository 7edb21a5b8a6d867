"""Signing and ending contracts. Sight is granted and ended in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.access import rules as access_rules
from clinician_api.access import service as access
from clinician_api.access.rules import Grant, Source
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.contracts import rules
from clinician_api.contracts.models import Contract
from clinician_api.contracts.rules import Responsible, Term, Watch, Why
from clinician_api.errors import About, ConflictError, InvalidError, NotFoundError
from clinician_api.identity import service as identity


@dataclass(frozen=True, slots=True)
class TeamOnDuty:
    """The team that holds a resident's contract now."""

    team: UUID
    institution: UUID
    contract: UUID


def sign(db: Session, by: By, *, resident: UUID, team: UUID, begins: date, ends: date, now: datetime) -> UUID:
    """The new contract's id. A person has one at a time, so an overlap is a conflict."""
    if ends < begins:
        raise InvalidError("contract.ends_before_it_begins", "ends")
    identity.lock_resident(db, resident)
    term = Term(uuid4(), team, identity.institution_of(db, team), begins, ends, None)
    if any(rules.overlaps(term, other) for other in _terms(db, resident)):
        raise ConflictError("contract.overlaps", about=About("resident", resident))
    _settle_expired(db, resident)
    db.add(_row(term, resident, now))
    db.flush()
    _grant_sight(db, resident)
    _write_down(db, "contract.signed", by, resident=resident, contract=term.contract, now=now)
    return term.contract


def end(db: Session, by: By, contract: UUID, *, why: Why, now: datetime) -> None:
    """Before its time. From `now` on the team sees nothing and the duty desk answers for 30 days."""
    row = db.get(Contract, contract)
    if row is None:
        raise NotFoundError("contract.unknown", about=About("contract", contract))
    identity.lock_resident(db, row.resident)
    db.refresh(row)
    if row.state == "ended" or now >= _term(row).until:
        raise ConflictError("contract.ended", about=About("contract", contract))
    row.state, row.ended_at, row.why = "ended", now, why
    db.flush()
    _grant_sight(db, row.resident)
    _write_down(db, "contract.ended", by, resident=row.resident, contract=contract, now=now)


@dataclass(frozen=True, slots=True)
class Party:
    """Of one contract, whatever has become of it."""

    contract: UUID
    resident: UUID
    team: UUID
    institution: UUID


def party(db: Session, contract: UUID) -> Party:
    row = db.get(Contract, contract)
    if row is None:
        raise NotFoundError("contract.unknown", about=About("contract", contract))
    return Party(row.id, row.resident, row.team, row.institution)


def team_of(db: Session, resident: UUID, now: datetime) -> TeamOnDuty | None:
    match responsible(db, resident, now):
        case Responsible("team", UUID() as team, UUID() as institution, UUID() as contract):
            return TeamOnDuty(team, institution, contract)
        case _:
            return None


def responsible(db: Session, resident: UUID, now: datetime) -> Responsible:
    """Who answers for a critical of this resident: the team, the duty desk for 30 days after, or nobody."""
    return rules.responsible(_terms(db, resident), now)


def sight(db: Session, resident: UUID) -> list[Grant]:
    """The grants that the resident's contracts amount to, computed anew."""
    return [_grant(watch, resident) for watch in rules.watches(_terms(db, resident))]


def _grant(watch: Watch, resident: UUID) -> Grant:
    term = watch.term
    grantee = (
        access_rules.team(term.team, term.institution)
        if watch.kind == "team"
        else access_rules.duty_desk(term.institution)
    )
    return Grant(grantee, resident, watch.since, watch.until, Source("contract", term.contract))


def _grant_sight(db: Session, resident: UUID) -> None:
    wanted = sight(db, resident)
    for term in _terms(db, resident):
        source = Source("contract", term.contract)
        access.follow(db, source, [grant for grant in wanted if grant.source == source])


def _settle_expired(db: Session, resident: UUID) -> None:
    """What ran out by date is still marked active: nothing depends on a nightly job."""
    for row in db.scalars(select(Contract).where(Contract.resident == resident, Contract.state == "active")):
        row.state, row.ended_at, row.why = "ended", _term(row).until, "expired"
    db.flush()


def _terms(db: Session, resident: UUID) -> list[Term]:
    return [_term(row) for row in db.scalars(select(Contract).where(Contract.resident == resident))]


def _term(row: Contract) -> Term:
    return Term(row.id, row.team, row.institution, row.begins, row.ends, row.ended_at)


def _row(term: Term, resident: UUID, now: datetime) -> Contract:
    return Contract(
        id=term.contract,
        resident=resident,
        team=term.team,
        institution=term.institution,
        begins=term.begins,
        ends=term.ends,
        state="active",
        signed_at=now,
        ended_at=None,
        why=None,
    )


def _write_down(db: Session, action: str, by: By, *, resident: UUID, contract: UUID, now: datetime) -> None:
    audit.record(db, Entry(action, by, resident=resident, target=("contract", contract)), now=now)
