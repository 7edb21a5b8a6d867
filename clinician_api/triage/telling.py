"""Who is told of a case, and of what. Puts notices into the outbox and writes no case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from clinician_api.consents import family
from clinician_api.identity import service as identity
from clinician_api.notices import service as notices
from clinician_api.notices.rules import Message, Recipient
from clinician_api.triage.models import Case

log = structlog.get_logger()


def staff_of(db: Session, case: Case, now: datetime) -> list[UUID]:
    """Whose duty it is while nobody owns it."""
    if case.desk == "team" and case.team is not None:
        return identity.members(db, case.team, now)
    if case.desk == "institution" and case.institution is not None:
        return identity.on_duty(db, case.institution, now)
    return []


def people_for(db: Session, case: Case, timer: str, now: datetime) -> list[UUID]:
    """Who is told when that clock runs out (rule 12)."""
    supervisors = identity.supervisors(db, case.institution, now) if case.institution else []
    leaders = identity.leaders(db, case.team, now) if case.desk == "team" and case.team else supervisors
    owner = [case.owner] if case.owner else []
    match timer:
        case "leader":
            return leaders
        case "contact_overdue":
            is_critical = case.level == "critical" or case.paged_at is not None
            return [*owner, *leaders, *(supervisors if is_critical else [])]
    duty = identity.on_duty(db, case.institution, now) if case.institution else []
    further = leaders if timer != "supervisor_and_duty" else []
    return [*further, *supervisors, *duty]


def tell_staff(db: Session, case: Case, code: str, people: Iterable[UUID], *, now: datetime) -> list[UUID]:
    """Once each in a stretch. When there is nobody to be told, that is told to whoever supervises."""
    told = list(dict.fromkeys(people))
    if not told:
        _nobody_on_call(db, case, code, now)
    _queue(db, case, code, [Recipient("account", each) for each in told], now)
    return told


def tell_resident(db: Session, case: Case, code: str, *, now: datetime) -> None:
    _queue(db, case, code, [Recipient("resident", case.resident)], now)


def tell_home(db: Session, case: Case, code: str, *, now: datetime) -> None:
    """The resident and their family (rules 10, 15 and 18): each in words of their own."""
    told = [Recipient("account", each) for each in family.accounts(db, case.resident, now=now)]
    _queue(db, case, code, [Recipient("resident", case.resident), *told], now)


def nobody_watches(db: Session, case: Case, *, now: datetime) -> None:
    """The home is told so (rule 18); whoever supervised last sees the row, and nothing of the resident."""
    log.error("resident.unwatched", episode=str(case.episode), urgency=case.level)
    tell_home(db, case, "care.nobody_watches", now=now)


def _nobody_on_call(db: Session, case: Case, code: str, now: datetime) -> None:
    log.error("duty.nobody_on_call", episode=str(case.episode), desk=case.desk, code=code)
    supervisors = identity.supervisors(db, case.institution, now) if case.institution else []
    _queue(db, case, "duty.nobody_on_call", [Recipient("account", each) for each in supervisors], now)


def _queue(db: Session, case: Case, code: str, people: list[Recipient], now: datetime) -> None:
    facts = {"level": case.level, "cause": case.cause, "rule": case.rule_code, "resident": str(case.resident)}
    message = Message(code, "episode", case.episode, f"{case.stretch}", facts)
    notices.queue(db, people, message, now=now)
