"""Trainings that staff have done, put down by their administrator, and the privileges that wait for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import About, ConflictError, InvalidError, NotFoundError
from clinician_api.identity import staffing
from clinician_api.identity import training_rules as rules
from clinician_api.identity.minding import ZONE
from clinician_api.identity.models import Account, Training, TrainingDuty
from clinician_api.identity.training_rules import MONTHS, NEEDS, Course, Privilege, State


@dataclass(frozen=True, slots=True)
class Held:
    """One course of one person: `until` is its last day, None where it was never done."""

    course: Course
    state: State
    until: date | None


@dataclass(frozen=True, slots=True)
class Trained:
    account: UUID
    name: str
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What an administrator puts down; `evidence` names the paper that shows it."""

    account: UUID
    course: Course
    done_on: date
    evidence: str


def require(
    db: Session, account: UUID | None, institution: UUID, privilege: Privilege, *, now: datetime
) -> None:
    """Raises NotAllowedError where the house asks for a training that `account` has not, or no longer."""
    asked_from = duty(db, institution)
    if asked_from is None or account is None:
        return
    newest = select(func.max(Training.done_on)).where(
        Training.account == account, Training.course == NEEDS[privilege].course
    )
    rules.check(privilege, db.scalar(newest), asked_from, _day(now))


def duty(db: Session, institution: UUID) -> date | None:
    """From which day on the house asks for trainings; None: not at all."""
    return db.scalar(select(TrainingDuty.since).where(TrainingDuty.institution == institution))


def ask_from(db: Session, by: By, institution: UUID, since: date | None, *, now: datetime) -> None:
    """Set that day, or take it back. A day that has passed is not set: nobody is shut out overnight."""
    if since is not None and since <= _day(now):
        raise InvalidError("training.since", "since")
    row = {"institution": institution, "since": since, "set_at": now}
    made = insert(TrainingDuty).values(row)
    db.execute(made.on_conflict_do_update(index_elements=["institution"], set_=row))
    facts = {"since": since.isoformat() if since else None}
    audit.record(db, Entry("training.asked", by, target=("institution", institution), facts=facts), now=now)


def put_down(db: Session, by: By, institution: UUID, done: Done, *, now: datetime) -> None:
    """Of a colleague of the same house, and never of oneself."""
    if by.account == done.account:
        raise ConflictError("training.not_for_oneself", about=About("account", done.account))
    if not staffing.works_in(db, institution, done.account, now):
        raise NotFoundError("account.unknown", about=About("account", done.account))
    rules.check_record(done.done_on, done.evidence, _day(now))
    db.add(
        Training(
            id=uuid4(),
            account=done.account,
            course=done.course,
            done_on=done.done_on,
            evidence=done.evidence.strip(),
            put_down_by=by.account,
            put_down_at=now,
        )
    )
    db.flush()
    facts = {"course": done.course, "done_on": done.done_on.isoformat()}
    audit.record(db, Entry("training.put_down", by, target=("account", done.account), facts=facts), now=now)


def of_house(db: Session, institution: UUID, *, now: datetime) -> list[Trained]:
    """Everybody who works there, by name."""
    done = select(Training.account, Training.course, func.max(Training.done_on))
    rows = db.execute(
        done.join(Account, Account.id == Training.account)
        .where(Account.institution == institution)
        .group_by(Training.account, Training.course)
    )
    found: dict[UUID, dict[Course, date]] = {}
    for account, course, day in rows:
        found.setdefault(account, {})[course] = day
    people = staffing.staff(db, institution, now)
    return [
        Trained(each.account, each.name, _held(found.get(each.account, {}), _day(now))) for each in people
    ]


def _held(done: Mapping[Course, date], today: date) -> tuple[Held, ...]:
    return tuple(
        Held(course, rules.state(course, done.get(course), today), _until(course, done.get(course)))
        for course in MONTHS
    )


def _until(course: Course, done_on: date | None) -> date | None:
    return rules.last_day(course, done_on) if done_on else None


def _day(now: datetime) -> date:
    return now.astimezone(ZONE).date()
