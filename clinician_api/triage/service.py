"""What staff do about a case: each step checks the form, asks the rules and is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.store import endings
from clinician_api import feed
from clinician_api.access import service as access
from clinician_api.access.rules import Actor, Source
from clinician_api.audit import service as audit
from clinician_api.audit.rules import Entry
from clinician_api.contracts.rules import ZONE
from clinician_api.deliveries import service as deliveries
from clinician_api.errors import About, CareError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from clinician_api.follow_ups import rules as task_rules
from clinician_api.follow_ups import service as follow_ups
from clinician_api.follow_ups.rules import How, Outcome
from clinician_api.identity import service as identity
from clinician_api.notices import service as notices
from clinician_api.notices.rules import Message, Recipient
from clinician_api.triage import casework, home, readings, rules, telling
from clinician_api.triage.casework import Happened
from clinician_api.triage.clocks import Clocks
from clinician_api.triage.models import Case, Reply
from clinician_api.triage.rules import Handling, Phrase


@dataclass(frozen=True, slots=True)
class Form:
    """What was before the sender's eyes: the case, its version, and whose it was."""

    episode: UUID
    version: int
    resident: UUID


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, when, and by which clocks: the same for each step of a request."""

    db: Session
    actor: Actor
    clocks: Clocks
    now: datetime


@dataclass(frozen=True, slots=True)
class Skipped:
    episode: UUID
    code: str


def claim(acting: Acting, form: Form) -> Case:
    """Of two in the same second one has it, and the other is told who: that says more than a stale form."""
    with _about(form.episode):
        case = _opened(acting, form)
        held = rules.claim(casework.standing(case), acting.actor, acting.now)
        rules.check_version(case.version, form.version)
    return _put(acting, case, held, "claim")


def contact(acting: Acting, form: Form, *, how: How, note: str = "") -> Case:
    """A call that nobody answered is written down as an attempt."""
    with _checked(acting, form) as case:
        held = rules.contact(casework.standing(case), acting.actor, how, acting.now)
    follow_ups.note(acting.db, case.task, note)
    step = "contact" if task_rules.is_contact(how) else "attempt"
    return _put(acting, case, held, step, how=how, note=note)


def snooze(acting: Acting, form: Form, *, until: datetime, reason: str) -> Case:
    with _checked(acting, form) as case:
        stands = casework.standing(case)
        held = rules.snooze(stands, acting.actor, until=until, reason=reason, now=acting.now)
    return _put(acting, case, held, "snooze", until=until.isoformat(), reason=reason)


def transfer(acting: Acting, form: Form, *, to: UUID) -> Case:
    """Only to somebody who sees the resident and may take the case."""
    with _checked(acting, form) as case:
        stands = casework.standing(case)
        held = rules.transfer(stands, acting.actor, to)
        taker = identity.actor_of(acting.db, to, login=to, now=acting.now)
        can_take = taker is not None and rules.can_handle(stands, taker.roles)
        if (
            taker is None
            or not can_take
            or not access.may_see(acting.db, taker, case.resident, now=acting.now)
        ):
            raise InvalidError("case.cannot_take_it", "to")
    moved = _put(acting, case, held, "transfer", to=str(to))
    telling.tell_staff(acting.db, moved, "case.offered", [to], now=acting.now)
    return moved


def resolve(
    acting: Acting,
    form: Form,
    *,
    outcome: Outcome | None,
    note: str = "",
    next_follow_up: date | None = None,
) -> Case:
    with _checked(acting, form) as case:
        day = task_rules.checked_follow_up(next_follow_up, acting.now.astimezone(ZONE).date())
        stands, end = casework.standing(case), task_rules.checked_outcome(outcome)
        held = rules.resolve(stands, acting.actor, end, next_follow_up=day, now=acting.now)
    follow_ups.note(acting.db, case.task, note)
    access.end(acting.db, Source("episode", case.episode), now=acting.now)
    endings.end(acting.db, case.episode, now=acting.now)
    deliveries.contacted(
        acting.db,
        case.resident,
        case.task,
        case.cause,
        casework.handling(case).contacted_how,
        at=case.contacted_at or acting.now,
        now=acting.now,
    )
    follow = day.isoformat() if day else None
    return _put(acting, case, held, "resolve", outcome=outcome, note=note, next_follow_up=follow)


def undo(acting: Acting, form: Form) -> Case:
    """Take one's own last step back. It stays in the log, with this one after it."""
    with _about(form.episode):
        case = _opened(acting, form)
        last = casework.last_step(acting.db, case)
        if last is None or last.step == "undo":
            raise ConflictError("case.nothing_to_undo")
        rules.check_undo(by=last.actor, at=last.at, actor=acting.actor, now=acting.now)
        # Whatever the engine added since, to a resolve at once, makes the form no older.
        if not int(last.facts.get("version", case.version)) <= form.version <= case.version:
            rules.check_version(case.version, form.version)
    if case.state == "resolved":
        deliveries.taken_back(acting.db, case.task, casework.handling(case).contacted_how, now=acting.now)
        case.task = follow_ups.taken_up_again(acting.db, case.task)
    if case.escalation == "supervisor_and_duty":
        casework.grant_duty(acting.db, case, acting.now)
    return _put(acting, case, casework.before(last), "undo", of=last.step)


def claim_all(acting: Acting, forms: Sequence[Form]) -> tuple[list[Case], list[Skipped]]:
    """Of a mixed selection, what can be claimed; the rest is skipped and said why."""
    return _each(acting, forms, lambda form: claim(acting, form))


def resolve_all(
    acting: Acting, forms: Sequence[Form], *, outcome: Outcome | None
) -> tuple[list[Case], list[Skipped]]:
    """Of missing data alone: whatever concerns a person's state is closed one by one."""

    def one(form: Form) -> Case:
        if _opened(acting, form).level != "data":
            raise NotAllowedError("case.only_data_in_bulk")
        return resolve(acting, form, outcome=outcome)

    return _each(acting, forms, one)


def view(acting: Acting, episode: UUID, *, is_looked_at: bool = True) -> Case:
    """Read it. The first doctor who does is why the home may be told that a doctor has looked: the first
    since a reading joined it. Not so a page that fetched it by itself: nobody may sit before it."""
    case = _read(acting, episode)
    is_doctor = not acting.actor.roles.isdisjoint({"doctor", "leader"})
    if is_looked_at and is_doctor and case.viewed_at is None:
        case.viewed_at, case.viewed_by = acting.now, acting.actor.account
        if case.closed_at is None:
            home.say(acting.db, case, ["looked"], now=acting.now)
        feed.tell(acting.db, "reading", case.resident, 0)
    if is_looked_at:
        me = Recipient("account", acting.actor.account)
        notices.seen_of(acting.db, me, episode, now=acting.now)
    return case


def reply(acting: Acting, *, resident: UUID, reading: UUID, phrase: Phrase) -> Reply:
    """Answer a resident's reading in a few words: once each, so a second press changes nothing."""
    access.require(acting.db, acting.actor, resident, purpose="reply", now=acting.now)
    rules.check_may_reply(acting.actor)
    readings.stored_at(acting.db, resident, reading)
    said = {"id": uuid4(), "reading": reading, "resident": resident, "account": acting.actor.account}
    row = insert(Reply).values(**said, at=acting.now, phrase=phrase)
    is_new = acting.db.scalar(row.on_conflict_do_nothing().returning(Reply.id)) is not None
    mine = select(Reply).where(Reply.reading == reading, Reply.account == acting.actor.account)
    stored = acting.db.scalars(mine).one()
    if is_new:
        message = Message("reading.replied", "reading", reading, str(stored.id), {"phrase": phrase})
        notices.queue(acting.db, [Recipient("resident", resident)], message, now=acting.now)
        home.say_of_reading(acting.db, resident, reading, phrase, now=acting.now)
        _audit(acting, "reading.replied", resident, ("reading", reading))
        feed.tell(acting.db, "reading", resident, 0)
    return stored


@contextmanager
def _about(episode: UUID) -> Iterator[None]:
    """A refusal in here concerns this episode: the audit names it."""
    try:
        yield
    except CareError as error:
        error.about = error.about or About("episode", episode)
        raise


def _read(acting: Acting, episode: UUID) -> Case:
    """The row, locked. One of a resident out of sight looks like none at all."""
    case = casework.find_locked(acting.db, episode)
    if case is None or not access.may_see(acting.db, acting.actor, case.resident, now=acting.now):
        raise NotFoundError("case.unknown", about=About("episode", episode))
    access.note(acting.db, acting.actor, case.resident, purpose="case", now=acting.now)
    return case


def _opened(acting: Acting, form: Form) -> Case:
    """And the form speaks of whom it concerns."""
    case = _read(acting, form.episode)
    rules.check_resident(case.resident, form.resident)
    return case


@contextmanager
def _checked(acting: Acting, form: Form) -> Iterator[Case]:
    with _about(form.episode):
        case = _opened(acting, form)
        rules.check_version(case.version, form.version)
        yield case


def _put(acting: Acting, case: Case, held: Handling, step: str, **facts: Any) -> Case:  # noqa: ANN401 - JSON
    happened = Happened(step, actor=acting.actor.account, facts=facts | {"version": case.version + 1})
    casework.put(acting.db, case, held, happened, clocks=acting.clocks, now=acting.now)
    notices.acted(acting.db, Recipient("account", acting.actor.account), case.episode, now=acting.now)
    _audit(acting, f"case.{step}", case.resident, ("episode", case.episode))
    return case


def _audit(acting: Acting, action: str, resident: UUID, target: tuple[str, UUID]) -> None:
    entry = Entry(action, access.by(acting.actor), resident=resident, target=target)
    audit.record(acting.db, entry, now=acting.now)


def _each(
    acting: Acting, forms: Sequence[Form], step: Callable[[Form], Case]
) -> tuple[list[Case], list[Skipped]]:
    """In the order of their ids, so that two selections never wait for each other in a circle."""
    done, skipped = [], []
    for form in sorted(forms, key=lambda form: form.episode):
        try:
            with acting.db.begin_nested():
                done.append(step(form))
        except CareError as error:
            skipped.append(Skipped(form.episode, error.code))
            _audit_refusal(acting, form, error)
    return done, skipped


def _audit_refusal(acting: Acting, form: Form, error: CareError) -> None:
    """The request itself goes on, so that this stays."""
    by, target = access.by(acting.actor), ("episode", form.episode)
    entry = Entry("case.bulk", by, target=target, facts={"code": error.code}, outcome="refused")
    audit.record(acting.db, entry, now=acting.now)
