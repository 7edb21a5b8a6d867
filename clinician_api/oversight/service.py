"""Looks in an emergency: opened with a reason and an end, told to supervisors, reviewed by somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinician_api.access import rules as access_rules
from clinician_api.access import service as access
from clinician_api.access.rules import Actor, Grant, Source
from clinician_api.audit import service as audit
from clinician_api.audit.rules import Entry
from clinician_api.errors import About, ConflictError, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.identity import staffing, training
from clinician_api.notices import service as notices
from clinician_api.notices.rules import Message, Recipient
from clinician_api.oversight import rules
from clinician_api.oversight.models import EmergencyLook
from clinician_api.oversight.rules import Cause, Look, Verdict

_MOST: Final = 200
_TOLD_WITHIN: Final = timedelta(days=7)
"""A worker may have been away for that long."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom, why, and for how many hours, as somebody typed it."""

    file_number: str
    cause: Cause
    words: str
    hours: int


def open_look(db: Session, actor: Actor, asked: Asked, *, now: datetime) -> Look:
    """Sight of one resident by their whole file number, from now on and never longer than a day."""
    institution = rules.check_may_look(actor)
    if asked.cause != "life_at_risk":  # nobody dies for want of a certificate; it is reviewed
        training.require(db, actor.account, institution, "emergency_look", now=now)
    identity.lock_account(db, actor.account)  # of many at once no more are opened than one after another
    lasts = rules.check_asked(asked.words, asked.hours, unreviewed=_unreviewed(db, actor))
    resident = identity.by_file_number(db, asked.file_number)
    if resident is None:
        raise NotFoundError("resident.unknown")
    if access.may_see(db, actor, resident, now=now):
        raise ConflictError("emergency.in_sight_already", about=About("resident", resident))
    row = EmergencyLook(
        id=uuid4(),
        account=actor.account,
        institution=institution,
        resident=resident,
        cause=asked.cause,
        words=asked.words.strip(),
        since=now,
        until=now + lasts,
        reviewer=None,
        reviewed_at=None,
        verdict=None,
        remark="",
    )
    db.add(row)
    db.flush()
    grantee, source = access_rules.in_emergency(actor.account), Source("emergency", row.id)
    access.grant(db, Grant(grantee, resident, now, row.until, source))
    _write_down(db, "emergency.opened", actor, row, now=now)
    _tell(db, row, "opened", now=now)
    return _look(row)


def review(
    db: Session, actor: Actor, look: UUID, *, verdict: Verdict, remark: str = "", now: datetime
) -> Look:
    """Judge it, once. What was not justified sees nothing any more from this second on."""
    row = db.get(EmergencyLook, look, with_for_update=True)
    if row is None or not rules.may_review(_look(row), actor):
        raise NotFoundError("emergency.unknown", about=About("emergency", look))
    rules.check_review(_look(row), verdict, remark)
    row.reviewer, row.reviewed_at, row.verdict, row.remark = actor.account, now, verdict, remark.strip()
    db.flush()
    if verdict == "unjustified":
        access.end(db, Source("emergency", row.id), now=now)
    _write_down(db, "emergency.reviewed", actor, row, now=now)
    return _look(row)


def to_review(db: Session, actor: Actor) -> list[Look]:
    """What waits for this actor's judgement, the longest wait first."""
    waiting = select(EmergencyLook).where(
        EmergencyLook.verdict.is_(None), EmergencyLook.institution == actor.institution
    )
    found = [_look(row) for row in db.scalars(waiting.order_by(EmergencyLook.since).limit(_MOST))]
    return [look for look in found if rules.may_review(look, actor)]


def own(db: Session, actor: Actor, *, now: datetime) -> list[Look]:
    """The actor's own that still give sight."""
    mine = select(EmergencyLook).where(EmergencyLook.account == actor.account, EmergencyLook.until > now)
    found = [_look(row) for row in db.scalars(mine.order_by(EmergencyLook.until))]
    return [look for look in found if look.verdict != "unjustified"]


def of_resident(db: Session, resident: UUID) -> list[Look]:
    """For the resident, who is told of each."""
    rows = db.scalars(
        select(EmergencyLook)
        .where(EmergencyLook.resident == resident)
        .order_by(EmergencyLook.since.desc())
        .limit(_MOST)
    )
    return [_look(row) for row in rows]


def remind(db: Session, *, now: datetime) -> list[UUID]:
    """Tell supervisors once more of each that nobody has judged in time; the ids of those."""
    waiting = select(EmergencyLook).where(
        EmergencyLook.verdict.is_(None), EmergencyLook.since <= now - rules.REVIEW
    )
    rows = list(db.scalars(waiting.order_by(EmergencyLook.since).limit(_MOST)))
    return [row.id for row in rows if _tell(db, row, "overdue", now=now)]


def tell_of_roles(db: Session, *, now: datetime) -> int:
    """Whoever has a house's security and its supervisors hear of each new role, once; how many were told. Who
    sets up accounts could give one of their own making any sight: it does not stay unseen."""
    told = 0
    for begun in staffing.begun_roles(db, since=now - _TOLD_WITHIN, now=now):
        hear = {
            *identity.officers(db, begun.institution, now),
            *identity.supervisors(db, begun.institution, now),
        }
        facts = {"role": begun.role, "account": str(begun.account)}
        said = Message("role.given", "role", begun.membership, "once", facts)
        told += len(notices.queue(db, _accounts(hear - {begun.account}), said, now=now))
    return told


def _tell(db: Session, row: EmergencyLook, occasion: str, *, now: datetime) -> list[UUID]:
    """Supervisors but for whoever looked, each once an occasion. No resident is named: they may see none."""
    supervisors = identity.supervisors(db, row.institution, now)
    code = "emergency.opened" if occasion == "opened" else "emergency.overdue"
    said = Message(code, "emergency", row.id, occasion, {"cause": row.cause, "account": str(row.account)})
    return notices.queue(db, _accounts(each for each in supervisors if each != row.account), said, now=now)


def _accounts(ids: Iterable[UUID]) -> list[Recipient]:
    return [Recipient("account", each) for each in ids]


def _unreviewed(db: Session, actor: Actor) -> int:
    mine = (EmergencyLook.account == actor.account, EmergencyLook.verdict.is_(None))
    return db.scalar(select(func.count()).where(*mine)) or 0


def _write_down(db: Session, action: str, actor: Actor, row: EmergencyLook, *, now: datetime) -> None:
    facts = {"cause": row.cause, "until": row.until.isoformat(), "verdict": row.verdict}
    target = ("emergency", row.id)
    entry = Entry(action, access.by(actor), row.resident, target, purpose="emergency", facts=facts)
    audit.record(db, entry, now=now)


def _look(row: EmergencyLook) -> Look:
    return Look(
        row.id,
        row.account,
        row.institution,
        row.resident,
        row.cause,
        row.words,
        row.since,
        row.until,
        row.reviewer,
        row.reviewed_at,
        row.verdict,
        row.remark,
    )
