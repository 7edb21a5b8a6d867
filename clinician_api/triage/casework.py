"""A case as decisions see it, and what they decided written down: row, step, task, timer and news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts.rules.rule import Level
from clinician_api import feed, jobs
from clinician_api.access import rules as access_rules
from clinician_api.access import service as access
from clinician_api.access.rules import Grant, Source
from clinician_api.contracts import service as contracts
from clinician_api.errors import About, NotFoundError
from clinician_api.follow_ups import service as follow_ups
from clinician_api.follow_ups.rules import Desk, DeskKind, Progress
from clinician_api.settings import Settings
from clinician_api.triage import clocks as timing
from clinician_api.triage.clocks import DEFAULT, Clocks, Span, WorkingHours
from clinician_api.triage.models import Case, CaseStep
from clinician_api.triage.rules import Handling, Standing, lapsed

TICK: Final = "triage.tick"
"""The job that looks whether a clock of a case ran out; its argument is `episode`."""

_HANDLING: Final = TypeAdapter(Handling)


def clocks_of(settings: Settings) -> Clocks:
    """The one set that engine, pages and worker go by."""
    spans = [span.split("-") for span in settings.working_hours.split()]
    hours = WorkingHours(
        days=frozenset(int(day) - 1 for day in settings.working_days),
        spans=tuple(Span(time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in spans),
    )
    return replace(
        DEFAULT,
        leader=timedelta(seconds=settings.leader_s),
        supervisor_and_duty=timedelta(seconds=settings.supervisor_s),
        contacted=timedelta(seconds=settings.contact_s),
        high=timedelta(seconds=settings.high_s),
        again=timedelta(seconds=settings.again_s),
        hours=hours,
    )


@dataclass(frozen=True, slots=True)
class Happened:
    """One step for the log. `actor` is None for what the clock or a reading did; `before` is how the case was
    handled until then, where its row no longer says so."""

    step: str
    actor: UUID | None = None
    timer: str | None = None
    before: Handling | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def locked(db: Session, episode: UUID) -> Case:
    """The row as it is now, and ours until the transaction ends."""
    case = find_locked(db, episode)
    if case is None:
        raise NotFoundError("case.unknown", about=About("episode", episode))
    return case


def find_locked(db: Session, episode: UUID) -> Case | None:
    wanted = select(Case).where(Case.episode == episode).with_for_update()
    return db.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def handling(case: Case) -> Handling:
    return Handling(**{each.name: getattr(case, each.name) for each in fields(Handling)})


def standing(case: Case) -> Standing:
    return Standing(
        level=Level[case.level.upper()],
        since=case.since,
        is_over=case.closed_at is not None,
        is_confirmed=not case.provisional or case.confirmed_at is not None,
        is_paged=case.paged_at is not None,
        is_watched=case.desk != "nobody",
        handling=handling(case),
    )


def put(
    db: Session, case: Case, held: Handling, happened: Happened, *, clocks: Clocks, now: datetime
) -> None:
    """Carry out a decision."""
    before = happened.before or handling(case)
    _set(case, held)
    db.add(
        CaseStep(
            episode=case.episode,
            stretch=case.stretch,
            step=happened.step,
            timer=happened.timer,
            actor=happened.actor,
            at=now,
            from_state=before.state,
            to_state=held.state,
            before=_HANDLING.dump_python(before, mode="json"),
            facts=dict(happened.facts),
        )
    )
    settle(db, case, clocks=clocks, now=now)


def note(
    db: Session, case: Case, step: str, *, actor: UUID | None, facts: Mapping[str, Any], now: datetime
) -> None:
    """Put down beside the steps of staff what the home said: it changes no version and no clock."""
    held, state = handling(case), case.state
    db.add(
        CaseStep(
            episode=case.episode,
            stretch=case.stretch,
            step=step,
            timer=None,
            actor=actor,
            at=now,
            from_state=state,
            to_state=state,
            before=_HANDLING.dump_python(held, mode="json"),
            facts=dict(facts),
        )
    )
    db.flush()


def settle(db: Session, case: Case, *, clocks: Clocks, now: datetime) -> None:
    """Bring everything that follows from a case's facts up to date."""
    case.version += 1
    case.changed_at = now
    db.flush()
    stands = standing(case)
    case.severity_rank = Level.CRITICAL - stands.urgency
    case.due_at = timing.due_at(stands, clocks)
    _set_timer(db, case, timing.next_at(stands, clocks, fired(db, case), now))
    _record_task(db, case)
    db.flush()
    feed.tell(db, "episode", case.episode, case.version)
    feed.tell(db, "reading", case.resident, 0)


def fired(db: Session, case: Case) -> frozenset[str]:
    """The timers of the present stretch that have."""
    steps = select(CaseStep.timer).where(CaseStep.episode == case.episode, CaseStep.stretch == case.stretch)
    return frozenset(timer for timer in db.scalars(steps.where(CaseStep.timer.is_not(None))) if timer)


def last_step(db: Session, case: Case) -> CaseStep | None:
    """The last one of the present stretch that changed how the case is handled, whatever clocks, readings and
    the home added since."""
    steps = select(CaseStep).where(CaseStep.episode == case.episode, CaseStep.stretch == case.stretch)
    handled = or_(CaseStep.actor.is_not(None), CaseStep.step == "woken")
    by_staff = steps.where(handled, CaseStep.step.not_like("home_%"))
    return db.scalars(by_staff.order_by(CaseStep.n.desc()).limit(1)).one_or_none()


def before(step: CaseStep) -> Handling:
    """How the case was handled until that step."""
    return _HANDLING.validate_python(step.before)


def begin_stretch(case: Case, now: datetime) -> Handling:
    """It must be claimed anew, and its clocks start again; how it was handled until now."""
    before = handling(case)
    _set(case, lapsed(before))
    case.stretch += 1
    case.since = now
    case.escalation, case.escalated_to = None, []
    case.viewed_at = case.viewed_by = None
    return before


def desk_of(db: Session, resident: UUID, now: datetime) -> Desk:
    """Who answers for a resident (rule 18). Of nobody's residents the last institution is still known."""
    answers = contracts.responsible(db, resident, now)
    match answers.kind:
        case "team":
            return Desk("team", answers.team, answers.institution)
        case "duty_desk":
            return Desk("institution", None, answers.institution)
    known = [grant.grantee.institution for grant in access.grants_of(db, resident)]
    return Desk("nobody", None, next((each for each in reversed(known) if each is not None), None))


def desk_on(case: Case) -> Desk:
    """Where it lies by what is written down."""
    kind: DeskKind = (
        "team" if case.desk == "team" else "institution" if case.desk == "institution" else "nobody"
    )
    return Desk(kind, case.team, case.institution)


def grant_duty(db: Session, case: Case, now: datetime) -> None:
    """Whoever is on duty in the institution sees the resident until the case is resolved."""
    if case.institution is None:
        return
    grantee = access_rules.duty_desk(case.institution)
    access.grant(db, Grant(grantee, case.resident, now, None, Source("episode", case.episode)))


def _set(case: Case, held: Handling) -> None:
    for each in fields(Handling):
        setattr(case, each.name, getattr(held, each.name))
    case.is_claimed = held.is_claimed


def _set_timer(db: Session, case: Case, at: datetime | None) -> None:
    """The job is put down with the row: either both are stored or none is."""
    if at is not None and at != case.next_timer_at:
        jobs.defer(db, TICK, at=at, episode=str(case.episode))
    case.next_timer_at = at


def _record_task(db: Session, case: Case) -> None:
    """A watch that cases share is owned by whoever claimed one of them, and done when the last one is."""
    sharing = select(Case.episode).where(
        Case.task == case.task, Case.episode != case.episode, Case.state != "resolved"
    )
    if case.state in {"new", "resolved"} and db.scalar(sharing.limit(1)) is not None:
        return
    progress = Progress(
        owner=case.owner,
        claimed_at=case.claimed_at,
        contacted_at=case.contacted_at,
        contacted_how=handling(case).contacted_how,
        outcome=case.outcome,
        next_follow_up=case.next_follow_up,
        closed_at=case.resolved_at,
    )
    follow_ups.record(db, case.task, progress, due_at=case.due_at)
