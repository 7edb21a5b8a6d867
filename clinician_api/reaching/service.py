"""Calls that are owed: taken up from notices that no way brought to anybody, listed, tried and closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit import service as audit
from clinician_api.audit.rules import Entry
from clinician_api.errors import NotFoundError
from clinician_api.follow_ups.rules import Desk
from clinician_api.identity import contacts
from clinician_api.identity import service as identity
from clinician_api.notices import routing, sending
from clinician_api.notices import service as notices
from clinician_api.notices.rules import Message, Recipient
from clinician_api.notices.sending import Unreached
from clinician_api.reaching import rules
from clinician_api.reaching.models import CallTry, OwedCall
from clinician_api.reaching.rules import Said
from clinician_api.triage import casework

PURPOSE: Final = "call"


@dataclass(frozen=True, slots=True)
class Owed:
    """A call as its desk sees it: whom, by which number, and how often it was tried."""

    call: OwedCall
    name: str
    phone: str
    owner: str
    tries: tuple[CallTry, ...]
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """What a form said; `version` is of the call that stood before its sender's eyes."""

    call: UUID
    version: int
    said: Said
    note: str = ""


def take_up(db: Session, *, now: datetime) -> int:
    """Make a duty of each notice that no way brought to anybody; how many were new. Safe to do twice."""
    taken = 0
    for unreached in sending.unreached(db):
        taken += _take_up(db, unreached, now)
        sending.taken_up(db, unreached.notice)
    _close_seen(db, now)
    return taken


def _take_up(db: Session, unreached: Unreached, now: datetime) -> bool:
    if unreached.code.startswith(rules.OWN):
        return False
    urgency = routing.urgency_of(unreached.code)
    account = unreached.recipient.id if unreached.recipient.kind == "account" else None
    resident = unreached.resident if account else unreached.recipient.id
    desk = _desk(db, resident, account, now)
    nurses = identity.nurses(db, desk.team, now) if desk.team and urgency != "now" else []
    row = {
        "id": unreached.notice,
        "resident": resident,
        "account": account,
        "institution": desk.institution,
        "code": unreached.code,
        "urgency": urgency,
        "owner": nurses[0] if nurses else None,
        "opened_at": now,
        "due_at": now + rules.DUE[urgency],
        "version": 1,
    }
    made = db.scalar(insert(OwedCall).values(row).on_conflict_do_nothing().returning(OwedCall.id))
    if made is not None:
        people = nurses[:1] or _people(db, desk, now)
        facts = {"resident": str(resident)} if resident else {}
        message = Message(rules.code_for(urgency), "owed_call", made, "1", facts)
        notices.queue(db, [Recipient("account", each) for each in people], message, now=now)
    return made is not None


def _desk(db: Session, resident: UUID | None, account: UUID | None, now: datetime) -> Desk:
    """Who answers for the resident; for one of the staff it is their institution."""
    if resident is not None:
        return casework.desk_of(db, resident, now)
    person = identity.people(db, [account]).get(account) if account else None
    return Desk("institution", None, person.institution if person else None)


def _people(db: Session, desk: Desk, now: datetime) -> Sequence[UUID]:
    """Whoever is there; where nobody is, those who supervise."""
    if desk.team is not None:
        return identity.members(db, desk.team, now)
    if desk.institution is None:
        return []
    return identity.on_duty(db, desk.institution, now) or identity.supervisors(db, desk.institution, now)


def _close_seen(db: Session, now: datetime) -> None:
    open_calls = list(db.scalars(select(OwedCall.id).where(OwedCall.closed_at.is_(None))))
    for seen in notices.seen_among(db, open_calls):
        row = _locked(db, seen)
        if row.closed_at is None:
            row.closed_at, row.closing, row.version = now, "seen", row.version + 1
    db.flush()


def owed(db: Session, actor: Actor, *, now: datetime) -> list[Owed]:
    """Those that the actor may make, the soonest due first. That each resident was read is written down."""
    rows = list(
        db.scalars(select(OwedCall).where(*_of(db, actor, now)).order_by(OwedCall.due_at, OwedCall.id))
    )
    residents = [row.resident for row in rows if row.resident]
    access.note(db, actor, *residents, purpose=PURPOSE, now=now)
    return [_owed(db, row, now) for row in rows]


def count(db: Session, actor: Actor, *, now: datetime) -> int:
    return db.scalar(select(func.count()).select_from(OwedCall).where(*_of(db, actor, now))) or 0


def waiting(db: Session) -> tuple[int, datetime | None]:
    """How many are open in all, and when the first was due."""
    still = select(func.count(), func.min(OwedCall.due_at)).where(OwedCall.closed_at.is_(None))
    count, oldest = db.execute(still).one()
    return count, oldest


def _of(db: Session, actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of residents in sight; of staff, for whoever supervises them."""
    mine = OwedCall.resident.in_(access.visible(db, actor, now))
    if "supervisor" in actor.roles:
        of_staff = and_(OwedCall.resident.is_(None), OwedCall.institution == actor.institution)
        return OwedCall.closed_at.is_(None), or_(mine, of_staff)
    return OwedCall.closed_at.is_(None), mine


def tried(db: Session, actor: Actor, form: Tried, *, now: datetime) -> OwedCall:
    """Write down a try, and close the call where they were reached.

    Raises NotFoundError for whoever may not make it, ConflictError where somebody was faster.
    """
    row = _locked(db, form.call)
    _require(db, actor, row, now)
    rules.check_open(row.closed_at, row.version, form.version)
    closing = rules.closes(form.said, form.note)
    db.add(CallTry(call=row.id, n=row.version, account=actor.account, at=now, said=form.said, note=form.note))
    row.owner, row.version = actor.account, row.version + 1
    if closing is not None:
        row.closed_at, row.closing = now, closing
    entry = Entry(f"call.{form.said}", access.by(actor), row.resident, ("owed_call", row.id), purpose=PURPOSE)
    audit.record(db, entry, now=now)
    db.flush()
    return row


def _require(db: Session, actor: Actor, row: OwedCall, now: datetime) -> None:
    if row.resident is not None:
        access.require(db, actor, row.resident, purpose=PURPOSE, now=now)
    elif "supervisor" not in actor.roles or actor.institution != row.institution:
        raise NotFoundError("reach.unknown")


def _locked(db: Session, call: UUID) -> OwedCall:
    wanted = select(OwedCall).where(OwedCall.id == call).with_for_update()
    row = db.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFoundError("reach.unknown")
    return row


def _owed(db: Session, row: OwedCall, now: datetime) -> Owed:
    tries = db.scalars(select(CallTry).where(CallTry.call == row.id).order_by(CallTry.n))
    people = identity.people(db, [each for each in (row.account, row.owner) if each])
    reach = contacts.of_account(db, row.account) if row.account else None
    found = identity.residents(db, [row.resident]) if row.resident else {}
    name = people[row.account].name if row.account in people else ""
    phone = (reach.phone if reach else identity.phone(db, row.resident) if row.resident else None) or ""
    return Owed(
        row,
        name or (found[row.resident].name if row.resident in found else ""),
        phone,
        people[row.owner].name if row.owner in people else "",
        tuple(tries),
        is_overdue=now >= row.due_at,
    )
