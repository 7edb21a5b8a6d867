"""Whatever people, clocks and contracts do: a critical is owned or on its way up (invariants 3, 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final, TypedDict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from alerts.care import Concern
from alerts.rules.rule import Level
from clinician_api.access import service as access
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.db import Sessions
from clinician_api.errors import CareError
from clinician_api.identity import service as identity
from clinician_api.triage import casework, escalation, service, worklist
from clinician_api.triage.care import care as make_care
from clinician_api.triage.clocks import DEFAULT, Clocks, Span, WorkingHours
from clinician_api.triage.models import Case
from clinician_api.triage.service import Acting
from tests.clinician_api.concerns import concern, form, mild, then
from tests.clinician_api.making import NOW, Clinic, clinic

WHO: Final = ("doctor", "nurse", "leader", "supervisor", "duty", "other_doctor")
WHEN: Final = tuple(
    timedelta(minutes=m) for m in (0, 0.1, 1, 14, 16, 31, 240, 24 * 60, 8 * 24 * 60, 40 * 24 * 60)
)


class Custom(TypedDict):
    clocks: Clocks
    snooze: timedelta
    budget: int


staff_steps = st.tuples(
    st.sampled_from(["claim", "contact", "snooze", "transfer", "resolve", "undo"]),
    st.sampled_from(WHO),
    st.sampled_from(WHO),
)
happenings = st.tuples(
    st.sampled_from(["wait", "contract ends", "rises", "again", "confirmed", "over", "reopens", "updated"]),
    st.just(""),
    st.just(""),
)
customs = st.fixed_dictionaries(
    {
        "clocks": st.builds(
            lambda minutes, hours: replace(
                DEFAULT,
                leader=timedelta(minutes=minutes),
                supervisor_and_duty=timedelta(minutes=2 * minutes),
                again=timedelta(minutes=minutes),
                hours=hours,
            ),
            st.sampled_from([1, 15, 600]),
            st.sampled_from([WorkingHours(), WorkingHours(frozenset({6}), (Span(time(3), time(4)),))]),
        ),
        "snooze": st.sampled_from([timedelta(minutes=30), timedelta(hours=23), timedelta(days=30)]),
        "budget": st.sampled_from([0, 1, 15]),
    }
)
"""What an institution may set: clocks, working hours outside of which it is quiet, how long people put aside,
how many watch rows a list holds."""

stories = st.lists(st.tuples(st.sampled_from(WHEN), st.one_of(staff_steps, happenings)), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    begins=st.sampled_from([0, 3, 8, 14, 17, 20]),  # hours from nine in the morning: also in the night
    level=st.sampled_from([Level.CRITICAL, Level.HIGH, Level.WATCH]),
    is_provisional=st.booleans(),
    custom=customs,
    story=stories,
)
def test_a_critical_is_owned_or_escalating_whatever_happens(
    care: Sessions,
    begins: int,
    level: Level,
    is_provisional: bool,  # noqa: FBT001
    custom: Custom,
    story: list[tuple[timedelta, tuple[str, str, str]]],
) -> None:
    with care() as db:
        world = World(db, NOW + timedelta(hours=begins), level, provisional=is_provisional, custom=custom)
        for passes, (step, who, other) in story:
            world.pass_by(passes)
            world.take(step, who, other)
            world.check()
        db.rollback()


class World:
    """A clinic, one episode, and a clock that the worker follows as it should."""

    def __init__(
        self, db: Session, now: datetime, level: Level, *, provisional: bool, custom: Custom
    ) -> None:
        self.db, self.now, self.custom = db, now, custom
        self.people: Clinic = clinic(db, now)
        made = concern if level is Level.CRITICAL and provisional else mild
        facts = {} if made is concern else {"level": level}
        self.said: Concern = made(self.people.resident, now=now, **facts)
        make_care(self.custom["clocks"])(db).attend(self.said, now)

    @property
    def case(self) -> Case:
        return casework.locked(self.db, self.said.episode)

    def pass_by(self, time: timedelta) -> None:
        """The worker wakes for each timer on the way, and sweeps at the end."""
        until = self.now + time
        for _ in range(5):
            at = self.case.next_timer_at
            if at is None or at > until:
                break
            self.now = max(self.now, at)
            escalation.look(self.db, self.said.episode, clocks=self.custom["clocks"], now=self.now)
        self.now = until
        escalation.look(self.db, self.said.episode, clocks=self.custom["clocks"], now=self.now)

    def take(self, step: str, who: str, other: str) -> None:
        try:
            with self.db.begin_nested():
                self._staff(step, who, other) if who else self._happens(step)
        except CareError:
            self.db.expire_all()

    def check(self) -> None:
        escalation.look(self.db, self.said.episode, clocks=self.custom["clocks"], now=self.now)
        case = self.case
        stands = casework.standing(case)
        if case.state == "resolved":
            assert case.outcome is not None
            return
        if stands.urgency is Level.CRITICAL:
            assert case.snoozed_until is None
            self._check_critical(case)
        self._check_listed(case)

    def _check_critical(self, case: Case) -> None:
        if case.desk == "nobody":  # rule 18: the home has been told, 30 days after the contract
            assert contracts.responsible(self.db, case.resident, self.now).kind == "nobody"
            return
        if case.owner is None:
            assert case.next_timer_at is not None
            assert case.next_timer_at > self.now
            return
        owner = identity.actor_of(self.db, case.owner, login=case.owner, now=self.now)
        assert owner is not None
        assert access.may_see(self.db, owner, case.resident, now=self.now)

    def _check_listed(self, case: Case) -> None:
        """Somebody has it before their eyes, in a tab with a count."""
        supervisor = identity.actor_of(
            self.db, self.people.supervisor, login=self.people.supervisor, now=self.now
        )
        assert supervisor is not None
        counts = worklist.counts(self.db, supervisor, now=self.now).tabs
        assert counts["pending"] + counts["snoozed"] == 1
        if casework.standing(case).urgency is Level.CRITICAL and case.level == "critical":
            pending, budget = worklist.Part("pending"), self.custom["budget"]
            page = worklist.page(self.db, supervisor, pending, budget=budget, now=self.now)
            assert [each.episode for each in page.cases] == [case.episode]

    def _staff(self, step: str, who: str, other: str) -> None:
        account = getattr(self.people, who)
        actor = identity.actor_of(self.db, account, login=account, now=self.now)
        if actor is None:
            return
        acts, sent = Acting(self.db, actor, self.custom["clocks"], self.now), form(self.case)
        match step:
            case "claim":
                service.claim(acts, sent)
            case "contact":
                service.contact(acts, sent, how="phone")
            case "snooze":
                service.snooze(acts, sent, until=self.now + self.custom["snooze"], reason="later")
            case "transfer":
                service.transfer(acts, sent, to=getattr(self.people, other))
            case "resolve":
                service.resolve(acts, sent, outcome="educated")
            case "undo":
                service.undo(acts, sent)

    def _happens(self, step: str) -> None:
        match step:
            case "contract ends":
                contracts.end(self.db, By(), self.people.contract, why="moved", now=self.now)
            case "rises":
                self._hear(then(self.said, "escalated", level=Level.CRITICAL))
            case "again":
                self._hear(then(self.said, "updated", readings=self.said.readings + 1))
            case "confirmed":
                self._hear(then(self.said, "confirmed", confirmed_at=self.now, confirmed_by="repeat"))
            case "over":
                self._hear(then(self.said, "closed", closed_at=self.now))
            case "reopens":
                self._hear(then(self.said, "reopened", closed_at=None))
            case "updated":
                self._hear(then(self.said, "updated", value="190/118"))

    def _hear(self, said: Concern) -> None:
        self.said = said
        make_care(self.custom["clocks"])(self.db).attend(said, self.now)
