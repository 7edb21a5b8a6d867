"""What alerts needs done about an episode, done in the engine's transaction: a case, a task and notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.care import CareFactory, Change, Concern
from alerts.rules.rule import Level
from clinician_api.follow_ups import service as follow_ups
from clinician_api.follow_ups.rules import Desk, Kind, Opening
from clinician_api.triage import (
    calling,
    casework,
    escalation,
    home,
    readings,
    rules,
    speaking,
    telling,
    whose,
)
from clinician_api.triage import clocks as timing
from clinician_api.triage.casework import Happened
from clinician_api.triage.clocks import Clocks
from clinician_api.triage.models import Case
from clinician_api.triage.rules import Handling, Standing
from clinician_api.triage.speaking import Development

_TELLING: Final[tuple[Change, ...]] = ("reopened", "opened", "escalated", "paged", "confirmed")
"""What people are told anew of, the weightiest first. Of everything else the open page is told alone."""


def care(clocks: Clocks) -> CareFactory:
    """What the engine is given by whoever starts it."""
    return lambda db: TeamCare(db, clocks)


@dataclass(frozen=True, slots=True)
class TeamCare:
    """Writes in the engine's session; the engine commits."""

    db: Session
    clocks: Clocks

    def attend(self, concern: Concern, now: datetime) -> UUID:
        case = casework.find_locked(self.db, concern.episode)
        if case is None:
            case = self._open(concern, now)
            self._speak(case, concern, now, is_heard_more=True)
            self._call(case, concern, now)
        elif concern.version > case.concern_version:
            heard = case.readings
            self._follow(case, concern, now)
            self._speak(case, concern, now, is_heard_more=case.readings > heard)
            self._call(case, concern, now)
        return case.task

    def _speak(self, case: Case, concern: Concern, now: datetime, *, is_heard_more: bool) -> None:
        """In the home itself."""
        development = Development(
            urgency=casework.standing(case).urgency,
            desk=casework.desk_on(case).kind,
            changes=concern.changes,
            is_heard_more=is_heard_more,
            is_late=concern.late,
            says=concern.words,
        )
        said = speaking.of_development(development)
        if said and not concern.late and self._is_to_be_asked(case):
            case.whose, said = "asked", (*said, "was_it_you")
            self.db.flush()
        home.say(self.db, case, said, now=now)

    def _call(self, case: Case, concern: Concern, now: datetime) -> None:
        if calling.is_to_be_called(
            concern.changes, is_late=concern.late, confirmed_by=concern.confirmed_by, now=now
        ):
            telling.tell_home(self.db, case, "care.call_us", now=now)

    def _is_to_be_asked(self, case: Case) -> bool:
        """Only on doubt, once, and only where there is a home that can answer (rule 14)."""
        is_pressure = case.cause in {"bp_high", "bp_low", "rhythm"} and case.whose == "known"
        return is_pressure and home.can_ask(self.db, case) and whose.is_in_doubt(self.db, case)

    def _open(self, concern: Concern, now: datetime) -> Case:
        desk = casework.desk_of(self.db, concern.resident, now)
        case = Case(episode=concern.episode, resident=concern.resident, version=0, stretch=1)
        case.since, case.taken_at = concern.heard_at, concern.opened_at
        case.state, case.is_claimed, case.snooze_reason, case.escalated_to = "new", False, "", []
        _place(case, desk)
        self._take_over(case, concern)
        case.task = self._open_task(case, now)
        stands = casework.standing(case)
        case.severity_rank, case.due_at = Level.CRITICAL - stands.urgency, timing.due_at(stands, self.clocks)
        case.changed_at = now
        self.db.add(case)
        self.db.flush()
        casework.put(self.db, case, stands.handling, Happened("opened"), clocks=self.clocks, now=now)
        self._tell(case, "opened", now)
        return case

    def _follow(self, case: Case, concern: Concern, now: datetime) -> None:
        """The episode went on. A rise, a reopening, or a further critical after all was done begins anew."""
        # Before anybody is told: a contract may have ended since the worker last looked.
        if case.state != "resolved":
            escalation.rehome(self.db, case, clocks=self.clocks, now=now)
        before, old_value, old_readings = casework.standing(case), case.value, case.readings
        change = next((each for each in _TELLING if each in concern.changes), None)
        # The row is written when it is whole again: a snoozed critical, for one, the table refuses.
        with self.db.no_autoflush:
            self._take_over(case, concern)
            after = casework.standing(case)
            if _begins_anew(before, after, concern, more=concern.readings > old_readings):
                old = casework.begin_stretch(case, now)
                self._begin_anew(case, old, change or "escalated", now)
                return
        held = after.handling
        is_worse = rules.is_worse(old_value, case.value, low=case.cause in {"bp_low", "glucose_low"})
        if held.snoozed_until is not None and is_worse:
            held = rules.woken(held)
        step = change or ("closed" if "closed" in concern.changes else None)
        if step is None and held == after.handling:
            casework.settle(self.db, case, clocks=self.clocks, now=now)
            return
        casework.put(self.db, case, held, Happened(step or "woken"), clocks=self.clocks, now=now)
        if change is not None and held.state != "resolved":
            self._tell(case, change, now)

    def _begin_anew(self, case: Case, old: Handling, step: str, now: datetime) -> None:
        """A new stretch: unclaimed, its clocks from now, and a task of its own level."""
        _place(case, casework.desk_of(self.db, case.resident, now))
        self._renew_task(case, was_resolved=old.state == "resolved", now=now)
        happened, held = Happened(step, before=old), casework.handling(case)
        casework.put(self.db, case, held, happened, clocks=self.clocks, now=now)
        self._tell(case, step, now)

    def _renew_task(self, case: Case, *, was_resolved: bool, now: datetime) -> None:
        opening = self._opening(case)
        if was_resolved:
            case.task = follow_ups.open_task(self.db, opening, now=now).id
        elif opening.kind == "watch":
            # Judged again it may be less than it was. Its task stays as it is: of watches there is one.
            follow_ups.place_task(self.db, case.task, opening.desk)
        elif follow_ups.get(self.db, case.task).kind != "watch":
            follow_ups.raise_task(self.db, case.task, opening)
        else:
            self._leave_watch(case, opening, now)

    def _leave_watch(self, case: Case, opening: Opening, now: datetime) -> None:
        """Its watch goes on for the other cases that share it; otherwise the new task takes its place."""
        shared = select(Case.episode).where(
            Case.task == case.task, Case.episode != case.episode, Case.state != "resolved"
        )
        if self.db.scalar(shared.limit(1)) is None:
            follow_ups.raise_task(self.db, case.task, opening)
        else:
            case.task = follow_ups.open_task(self.db, opening, now=now).id

    def _open_task(self, case: Case, now: datetime) -> UUID:
        return follow_ups.open_task(self.db, self._opening(case), now=now).id

    def _opening(self, case: Case) -> Opening:
        due_at = timing.due_at(casework.standing(case), self.clocks)
        desk = casework.desk_on(case)
        return Opening(_kind(case.level), case.resident, case.episode, case.rule_code, desk, due_at)

    def _take_over(self, case: Case, concern: Concern) -> None:
        """The facts of the episode as they are now."""
        case.concern_version = concern.version
        case.cause, case.level, case.late = concern.cause, concern.level.name.lower(), concern.late
        case.provisional, case.awaits_repeat = concern.provisional, concern.awaits_repeat
        case.rule_code, case.rule_version = concern.rule
        case.reason, case.value = concern.reason._asdict(), concern.value
        if not set(concern.inputs).issubset(case.inputs or ()):
            case.viewed_at = case.viewed_by = None
        case.inputs, case.readings = list(concern.inputs), concern.readings
        case.words = [words._asdict() for words in concern.words]
        case.opened_at, case.heard_at = concern.opened_at, concern.heard_at
        case.confirmed_at, case.confirmed_by = concern.confirmed_at, concern.confirmed_by
        case.paged_at, case.closed_at = concern.paged_at, concern.closed_at
        case.taken_at = readings.newest(self.db, concern.resident, concern.inputs) or concern.opened_at

    def _tell(self, case: Case, change: str, now: datetime) -> None:
        """Of a critical or a high; a watch waits on the list, and what its repeat disproved wakes nobody."""
        if casework.standing(case).urgency < Level.HIGH:
            return
        if case.desk == "nobody":
            telling.nobody_watches(self.db, case, now=now)
            return
        telling.tell_staff(self.db, case, f"case.{change}", telling.staff_of(self.db, case, now), now=now)
        if case.desk == "institution":
            telling.tell_home(self.db, case, "care.duty_desk_answers", now=now)


def _begins_anew(before: Standing, after: Standing, concern: Concern, *, more: bool) -> bool:
    rose = after.urgency > before.urgency and not after.was_nothing
    # Also when it is over already: stored just before somebody resolved the case, the reading that made it
    # worse may be heard together with the end that they gave it, and they never saw that reading.
    was_done = before.handling.state == "resolved" and after.urgency is Level.CRITICAL
    return rose or "reopened" in concern.changes or (was_done and more)


def _place(case: Case, desk: Desk) -> None:
    case.desk, case.team, case.institution = desk.kind, desk.team, desk.institution


def _kind(level: str) -> Kind:
    return next(kind for kind in get_args(Kind) if kind == level)
