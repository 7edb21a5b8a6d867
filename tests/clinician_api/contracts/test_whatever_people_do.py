"""No sequence of deeds and dates reaches two contracts at once, a critical that nobody answers for, or a
contract that went on without the resident's signature."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit.rules import By
from clinician_api.consents import service as consents
from clinician_api.contracts import book, consenting, ending, rules, service, states, turning
from clinician_api.contracts.acts import Form, Reading
from clinician_api.contracts.ending import Ending
from clinician_api.contracts.models import Contract, ContractSignature, ContractStep
from clinician_api.contracts.rules import DUTY_DESK
from clinician_api.contracts.service import Wish
from clinician_api.db import Sessions
from clinician_api.errors import CareError
from clinician_api.triage import casework
from clinician_api.triage.care import care as make_care
from clinician_api.triage.clocks import DEFAULT
from tests.clinician_api.concerns import concern
from tests.clinician_api.contracts.signing_up import agree, town
from tests.clinician_api.making import NOW, actor

DAY: Final = timedelta(days=1)
WAITS: Final = (timedelta(0), timedelta(hours=9), DAY, 8 * DAY, 31 * DAY, 200 * DAY, 336 * DAY, 370 * DAY)
DEEDS: Final = (
    "apply",
    "apply elsewhere",
    "accept",
    "refuse",
    "withdraw",
    "resident signs",
    "doctor signs",
    "both sign",
    "renew",
    "change",
    "terminate",
    "terminate later",
    "takes consent back",
    "consents again",
    "dies",
    "nothing",
)

stories = st.lists(st.tuples(st.sampled_from(WAITS), st.sampled_from(DEEDS), st.integers(0, 3)), max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories, begins_signed=st.booleans())
def test_one_contract_one_answerer_and_every_contract_was_signed(
    care: Sessions,
    story: list[tuple[timedelta, str, int]],
    begins_signed: bool,  # noqa: FBT001
) -> None:
    with care() as db:
        world = World(db)
        if begins_signed:
            story = [(timedelta(0), deed, 0) for deed in ("apply", "accept", "both sign")] + story
        for passes, deed, which in story:
            world.pass_by(passes)
            world.take(deed, which)
            world.check()
        world.hear_a_critical()
        db.rollback()


class World:
    """A town, one newcomer, and a worker that looks now and then; sometimes not at all."""

    def __init__(self, db: Session) -> None:
        self.db, self.now, self.here = db, NOW, town(db)

    @property
    def rows(self) -> list[Contract]:
        return book.of_resident(self.db, self.here.newcomer)

    def pass_by(self, time: timedelta) -> None:
        self.now += time
        if time != 8 * DAY:
            turning.turn(self.db, self.here.newcomer, now=self.now)

    def take(self, deed: str, which: int) -> None:
        try:
            with self.db.begin_nested():
                self._take(deed, which)
        except CareError:
            self.db.expire_all()

    def check(self) -> None:
        rows = self.rows
        assert len([row for row in rows if row.state in states.RUNNING]) <= 1
        held = [book.term(row) for row in rows if book.holds(row) and book.term(row).ever_held]
        assert [pair for pair in combinations(held, 2) if rules.overlaps(*pair)] == []
        if book.has_died(self.db, self.here.newcomer):
            assert [row.state for row in rows if ending.goes_on(row, self.now)] == []
        if not consents.holds(self.db, self.here.newcomer, "care", self.now):
            assert service.responsible(self.db, self.here.newcomer, self.now).kind != "team"
        self._check_signed(rows)
        self._check_watched(held)
        stored = {
            each for each in access.grants_of(self.db, self.here.newcomer) if each.source.kind == "contract"
        }
        assert stored == set(service.sight(self.db, self.here.newcomer))

    def hear_a_critical(self) -> None:
        """Whoever has to answer has the case."""
        said = concern(self.here.newcomer, now=self.now)
        make_care(DEFAULT)(self.db).attend(said, self.now)
        case = casework.locked(self.db, said.episode)
        answers = service.responsible(self.db, self.here.newcomer, self.now)
        desk = {"team": "team", "duty_desk": "institution", "nobody": "nobody"}[answers.kind]
        assert (case.desk, case.team) == (desk, answers.team)

    def _check_signed(self, rows: list[Contract]) -> None:
        """By the resident, and each that holds was applied for by them: nothing went on by itself."""
        holding = {row.id for row in rows if book.holds(row)}
        signed = select(ContractSignature.contract).where(
            ContractSignature.party == "resident", ContractSignature.account == self.here.account
        )
        asked = select(ContractStep.contract).where(
            ContractStep.step == "apply", ContractStep.account == self.here.account
        )
        assert holding <= set(self.db.scalars(signed))
        assert holding <= set(self.db.scalars(asked))

    def _check_watched(self, held: list[rules.Term]) -> None:
        for moment in (self.now, self.now + 20 * DAY, self.now + 100 * DAY):
            last = max((each.until for each in held if each.since <= moment), default=None)
            is_watched = last is not None and moment < last + DUTY_DESK
            found = service.responsible(self.db, self.here.newcomer, moment)
            assert (found.kind != "nobody") == is_watched

    def _take(self, deed: str, which: int) -> None:
        me, there = actor(self.db, self.here.account, self.now), self.here.there
        match deed:
            case "apply" | "apply elsewhere":
                team = there.team if deed == "apply" else there.other_team
                row = service.draft(self.db, me, Wish(self.here.newcomer, team), now=self.now)
                service.apply(self.db, me, Form(row.id, row.version), now=self.now)
            case "takes consent back":
                by = By(account=self.here.account)
                consenting.withdraw(self.db, by, self.here.newcomer, "care", now=self.now)
            case "consents again":
                agree(self.db, self.here.newcomer, self.here.account, self.now)
            case "nothing":
                return
            case _:
                self._with(deed, self.rows[-1 - which % len(self.rows)] if self.rows else None, me)

    def _with(self, deed: str, row: Contract | None, me: Actor) -> None:
        if row is None:
            return
        is_first = row.team == self.here.there.team
        doctor = actor(
            self.db, self.here.there.doctor if is_first else self.here.there.other_doctor, self.now
        )
        if deed in {"accept", "refuse", "doctor signs", "dies"}:
            self._as_doctor(deed, row, doctor)
        else:
            self._as_resident(deed, row, me)
        if deed == "both sign":
            self._as_doctor("doctor signs", row, doctor)

    def _as_doctor(self, deed: str, row: Contract, doctor: Actor) -> None:
        db, now, form = self.db, self.now, Form(row.id, row.version)
        match deed:
            case "accept":
                service.accept(db, doctor, form, now=now)
            case "refuse":
                service.refuse(db, doctor, form, reason="other", words="团队暂时不能签约", now=now)
            case "dies":
                service.terminate(db, doctor, form, Ending("died"), now=now)
            case "doctor signs":
                service.sign_as_doctor(db, doctor, Reading(form, row.terms_sha256 or ""), now=now)

    def _as_resident(self, deed: str, row: Contract, me: Actor) -> None:
        db, now, form, there = self.db, self.now, Form(row.id, row.version), self.here.there
        match deed:
            case "withdraw":
                service.withdraw(db, me, form, now=now)
            case "resident signs" | "both sign":
                service.sign_as_resident(db, me, Reading(form, row.terms_sha256 or ""), now=now)
            case "renew":
                service.renew(db, me, form, years=1, now=now)
            case "change":
                other = there.other_team if row.team == there.team else there.team
                service.transfer(db, me, form, Wish(row.resident, other), because="moved", now=now)
            case "terminate":
                service.terminate(db, me, form, Ending("own_wish"), now=now)
            case "terminate later":
                stops = (now + 10 * DAY).date()
                service.terminate(db, me, form, Ending("moved", stops=stops), now=now)
