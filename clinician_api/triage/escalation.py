"""What happens when a clock runs out: somebody further is told, once. Jobs call it, and so does the sweep."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.rules.rule import Level
from clinician_api.access import service as access
from clinician_api.identity import service as identity
from clinician_api.notices import service as notices
from clinician_api.notices.rules import Message, Recipient
from clinician_api.triage import casework, telling
from clinician_api.triage import clocks as timing
from clinician_api.triage.casework import Happened
from clinician_api.triage.clocks import Clocks, Timer
from clinician_api.triage.models import Case

log = structlog.get_logger()


def look(db: Session, episode: UUID, *, clocks: Clocks, now: datetime) -> list[str]:
    """The timers that fired. Whoever looks second, or again after a crash, finds them written down."""
    case = casework.find_locked(db, episode)
    if case is None or case.state == "resolved":
        return []
    rehome(db, case, clocks=clocks, now=now)
    due = timing.due_timers(casework.standing(case), clocks, casework.fired(db, case), now)
    for timer in due:
        _fire(db, case, timer, clocks=clocks, now=now)
    return [timer.name for timer in due]


def overdue(db: Session, *, now: datetime, most: int = 500) -> list[UUID]:
    """Cases whose clock has run out: whatever became of their job."""
    wanted = select(Case.episode).where(Case.next_timer_at <= now)
    return list(db.scalars(wanted.order_by(Case.next_timer_at).limit(most)))


def open_cases(db: Session, *, rank: int) -> list[UUID]:
    """Of this severity or a worse one; their owner or desk may have changed with a date."""
    wanted = select(Case.episode).where(Case.state != "resolved", Case.severity_rank <= rank)
    return list(db.scalars(wanted.order_by(Case.severity_rank, Case.episode)))


def rehome(db: Session, case: Case, *, clocks: Clocks, now: datetime) -> bool:
    """Where a contract or a team ended, or the owner sees the resident no more: it lies elsewhere now."""
    desk = casework.desk_of(db, case.resident, now)
    if desk == casework.desk_on(case) and _owner_answers(db, case, now):
        return False
    case.desk, case.team, case.institution = desk.kind, desk.team, desk.institution
    happened = Happened("rehomed", before=casework.begin_stretch(case, now))
    casework.put(db, case, casework.handling(case), happened, clocks=clocks, now=now)
    if desk.kind == "nobody":
        telling.nobody_watches(db, case, now=now)
    else:
        telling.tell_staff(db, case, "case.rehomed", telling.staff_of(db, case, now), now=now)
        if desk.kind == "institution" and casework.standing(case).urgency >= Level.HIGH:
            telling.tell_home(db, case, "care.duty_desk_answers", now=now)
    return True


def look_ahead(db: Session, *, ahead: timedelta, now: datetime) -> int:
    """Raise the alarm before a shift that nobody has taken; how many institutions have such a gap."""
    found = 0
    for institution in identity.institutions(db):
        shifts = identity.shifts(db, institution, since=now, until=now + ahead)
        gap = timing.first_gap(shifts, now, now + ahead)
        if gap is not None:
            _raise_gap(db, institution, gap, now)
            found += 1
    return found


def _fire(db: Session, case: Case, timer: Timer, *, clocks: Clocks, now: datetime) -> None:
    told = telling.tell_staff(
        db, case, f"case.{timer.name}", telling.people_for(db, case, timer.name, now), now=now
    )
    if timer.name in {"leader", "supervisor_and_duty"}:
        case.escalation = timer.name
    if timer.name == "supervisor_and_duty":
        casework.grant_duty(db, case, now)
    case.escalated_to = sorted({*case.escalated_to, *map(str, told)})
    facts = {"due": timer.at.isoformat(), "told": list(map(str, told))}
    happened = Happened(timer.name, timer=timer.name, facts=facts)
    casework.put(db, case, casework.handling(case), happened, clocks=clocks, now=now)


def _owner_answers(db: Session, case: Case, now: datetime) -> bool:
    if case.owner is None:
        return True
    owner = identity.actor_of(db, case.owner, login=case.owner, now=now)
    return owner is not None and access.may_see(db, owner, case.resident, now=now)


def _raise_gap(db: Session, institution: UUID, gap: tuple[datetime, datetime], now: datetime) -> None:
    since, until = (each.isoformat() for each in gap)
    supervisors = [Recipient("account", each) for each in identity.supervisors(db, institution, now)]
    message = Message("duty.gap_ahead", "institution", institution, since, {"since": since, "until": until})
    if notices.queue(db, supervisors, message, now=now) or not supervisors:
        log.error("duty.gap_ahead", institution=str(institution), since=since, until=until)
