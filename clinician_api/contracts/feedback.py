"""How content residents are, and complaints, which a supervisor answers. Teams learn sums alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit import service as audit
from clinician_api.audit.rules import Entry
from clinician_api.contracts import book, dates, pacing, parties, states, telling
from clinician_api.contracts.models import Complaint, Contract, ContractRating
from clinician_api.errors import About, ConflictError, InvalidError, NotAllowedError, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.notices.rules import Message
from clinician_api.packages import service as packages

_BAD: Final = 2
_GOOD: Final = 4

_FEWEST: Final = 5
"""Answers, below which a share of them would say whose they were."""


@dataclass(frozen=True, slots=True)
class Rating:
    event_kind: str
    event: UUID
    stars: int
    tags: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    answers: int
    good: int
    unanswered_complaints: int

    @property
    def percent(self) -> int | None:
        return None if self.answers < _FEWEST else round(100 * self.good / self.answers)


def rate(db: Session, actor: Actor, contract: UUID, rating: Rating, *, now: datetime) -> UUID:
    """One of each event. Two stars or fewer are a complaint as well."""
    row = _own(db, actor, contract)
    if rating.event not in _rateable(db, contract, rating.event_kind):
        raise InvalidError("rating.of_another", "event")
    identity.lock_resident(db, row.resident)  # of two at once the second is told, and breaks on no constraint
    if _is_rated(db, contract, rating):
        raise ConflictError("rating.given", about=About("contract", contract))
    made = ContractRating(
        id=uuid4(),
        contract=contract,
        event_kind=rating.event_kind,
        event=rating.event,
        stars=rating.stars,
        tags=list(rating.tags),
        words=rating.words,
        at=now,
    )
    db.add(made)
    db.flush()
    _write_down(db, "contract.rated", actor, row, now)
    if rating.stars <= _BAD:
        _complain(db, row, rating.words, made.id, now=now)
    return made.id


def _rateable(db: Session, contract: UUID, kind: str) -> set[UUID]:
    """The contract itself, or services of this kind that were counted for it."""
    if kind == "contract":
        return {contract}
    return {each.event for each in packages.events(db, contract) if each.event_kind == kind}


def complain(db: Session, actor: Actor, contract: UUID, words: str, *, now: datetime) -> UUID:
    row = _own(db, actor, contract)
    made = _complain(db, row, words, None, now=now)
    _write_down(db, "contract.complained", actor, row, now)
    return made.id


def answer(db: Session, actor: Actor, complaint: UUID, words: str, *, now: datetime) -> Complaint:
    """By a supervisor of the institution, once."""
    found = db.scalar(select(Complaint).where(Complaint.id == complaint).with_for_update())
    if found is None or not _supervises(actor, found.institution):
        raise NotFoundError("complaint.unknown", about=About("complaint", complaint))
    if found.answered_at is not None:
        raise ConflictError("complaint.answered", about=About("complaint", complaint))
    found.answer, found.answered_by, found.answered_at = words, actor.account, now
    row = book.find(db, found.contract)
    telling.tell(db, row, "contract.complaint_answered", "resident", now=now, complaint=str(found.id))
    _write_down(db, "contract.complaint_answered", actor, row, now)
    db.flush()
    return found


def complaints(db: Session, actor: Actor, *, now: datetime) -> list[Complaint]:
    """A resident's own; a supervisor's still to answer, the soonest due first."""
    if actor.resident is not None:
        access.require(db, actor, actor.resident, purpose="complaints", now=now)
        mine = select(Complaint).where(Complaint.resident == actor.resident)
        return list(db.scalars(mine.order_by(Complaint.made_at.desc())))
    if "supervisor" not in actor.roles:
        raise NotAllowedError("role.not_allowed")
    open_still = select(Complaint).where(
        Complaint.institution == actor.institution, Complaint.answered_at.is_(None)
    )
    return list(db.scalars(open_still.order_by(Complaint.due_at, Complaint.id)))


def unanswered(db: Session, resident: UUID) -> int:
    """Two of them are a reason to change the team."""
    waiting = select(func.count()).where(Complaint.resident == resident, Complaint.answered_at.is_(None))
    return db.scalar(waiting) or 0


def content(db: Session, team: UUID) -> Content:
    """Sums over all contracts of the team."""
    of_team = select(Contract.id).where(Contract.team == team)
    rated = select(func.count(), func.count().filter(ContractRating.stars >= _GOOD))
    answers, good = db.execute(rated.where(ContractRating.contract.in_(of_team))).one()
    waiting = select(func.count()).where(Complaint.contract.in_(of_team), Complaint.answered_at.is_(None))
    return Content(answers, good, db.scalar(waiting) or 0)


def remind_of_overdue(db: Session, *, now: datetime) -> int:
    """Each complaint once: the supervisors are told that two working days have passed."""
    late = select(Complaint).where(
        Complaint.answered_at.is_(None), Complaint.reminded_at.is_(None), Complaint.due_at <= now
    )
    found = list(db.scalars(late.with_for_update(skip_locked=True)))
    for each in found:
        each.reminded_at = now
        telling.tell_supervisors(db, each.institution, _message("contract.complaint_overdue", each), now=now)
    return len(found)


def _complain(db: Session, row: Contract, words: str, rating: UUID | None, *, now: datetime) -> Complaint:
    pace = pacing.at(db, row.institution, dates.day_of(now))
    made = Complaint(
        id=uuid4(),
        contract=row.id,
        resident=row.resident,
        institution=row.institution,
        rating=rating,
        words=words,
        made_at=now,
        due_at=dates.after_working_days(now, pace.complaint_working_days),
        answer="",
    )
    db.add(made)
    db.flush()
    telling.tell_supervisors(db, row.institution, _message("contract.complaint", made), now=now)
    return made


def _message(code: str, complaint: Complaint) -> Message:
    facts = {"contract": str(complaint.contract), "due": complaint.due_at.isoformat()}
    return Message(code, "complaint", complaint.id, "once", facts)


def _own(db: Session, actor: Actor, contract: UUID) -> Contract:
    """A resident's own contract that held: of a mere wish nobody was served."""
    row = book.find(db, contract)
    parties.require(actor, row)
    if "resident" not in parties.of(actor, row):
        raise NotAllowedError("contract.not_yours", about=About("contract", contract))
    if row.state not in states.HELD:
        raise ConflictError("contract.not_now", about=About("contract", contract))
    return row


def _is_rated(db: Session, contract: UUID, rating: Rating) -> bool:
    known = select(ContractRating.id).where(
        ContractRating.contract == contract,
        ContractRating.event_kind == rating.event_kind,
        ContractRating.event == rating.event,
    )
    return db.scalar(known) is not None


def _supervises(actor: Actor, institution: UUID) -> bool:
    return actor.institution == institution and "supervisor" in actor.roles


def _write_down(db: Session, action: str, actor: Actor, row: Contract, now: datetime) -> None:
    entry = Entry(action, access.by(actor), resident=row.resident, target=("contract", row.id))
    audit.record(db, entry, now=now)
