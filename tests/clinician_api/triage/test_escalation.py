"""When a clock runs out: who is told, once, and where a case lies when people or contracts change."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from alerts.rules.rule import Level
from clinician_api.access import service as access
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.identity import service as identity
from clinician_api.identity.models import Membership
from clinician_api.notices.models import Notice
from clinician_api.triage import escalation, service
from clinician_api.triage.clocks import DEFAULT
from clinician_api.triage.models import Case, CaseStep
from tests.clinician_api.concerns import acting, attended, concern, form, mild
from tests.clinician_api.making import NOW, Clinic, actor, clinic

MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(db: Session) -> Clinic:
    return clinic(db)


@pytest.fixture
def case(db: Session, people: Clinic) -> Case:
    return attended(db, concern(people.resident))


def look(db: Session, case: Case, minutes: float) -> list[str]:
    return escalation.look(db, case.episode, clocks=DEFAULT, now=NOW + minutes * MINUTE)


def told(db: Session, code: str) -> set[UUID]:
    return set(db.scalars(select(Notice.recipient).where(Notice.code == code)))


def test_nobody_claims_and_it_goes_to_the_leader_then_to_supervisor_and_duty(
    db: Session, people: Clinic, case: Case
) -> None:
    assert look(db, case, 14) == []
    assert look(db, case, 15) == ["leader"]
    assert (case.escalation, case.escalated_to) == ("leader", [str(people.leader)])
    assert look(db, case, 30) == ["supervisor_and_duty", "contact_overdue"]
    assert told(db, "case.leader") == {people.leader}
    assert told(db, "case.supervisor_and_duty") == {people.supervisor, people.duty}


def test_the_duty_sees_the_resident_from_then_on_until_it_is_resolved(
    db: Session, people: Clinic, case: Case
) -> None:
    duty = actor(db, people.duty)
    assert not access.may_see(db, duty, people.resident, now=NOW + 29 * MINUTE)
    look(db, case, 30)
    assert access.may_see(db, duty, people.resident, now=NOW + 30 * MINUTE)
    who = acting(db, people.duty, now=NOW + 31 * MINUTE)
    service.claim(who, form(case))
    service.contact(who, form(case), how="phone")
    service.resolve(who, form(case), outcome="referred")
    assert not access.may_see(db, duty, people.resident, now=NOW + 31 * MINUTE)


def test_looking_twice_fires_once(db: Session, people: Clinic, case: Case) -> None:
    assert look(db, case, 30) == ["leader", "supervisor_and_duty", "contact_overdue"]
    assert look(db, case, 31) == []
    timers = db.scalars(select(CaseStep.timer).where(CaseStep.timer.is_not(None))).all()
    assert sorted(map(str, timers)) == ["contact_overdue", "leader", "supervisor_and_duty"]


def test_a_claim_in_time_leaves_the_leader_in_peace(db: Session, people: Clinic, case: Case) -> None:
    service.claim(acting(db, people.doctor), form(case))
    assert look(db, case, 20) == []
    assert look(db, case, 30) == ["contact_overdue"]
    assert told(db, "case.contact_overdue") == {people.doctor, people.leader, people.supervisor}


def test_what_is_resolved_has_no_clock(db: Session, people: Clinic, case: Case) -> None:
    doctor = acting(db, people.doctor)
    service.claim(doctor, form(case))
    service.contact(doctor, form(case), how="phone")
    service.resolve(doctor, form(case), outcome="educated")
    assert (case.next_timer_at, look(db, case, 600)) == (None, [])


def test_a_contract_that_ends_moves_the_case_to_the_duty_desk(
    db: Session, people: Clinic, case: Case
) -> None:
    service.claim(acting(db, people.doctor), form(case))
    contracts.end(db, By(), people.contract, why="moved", now=NOW + MINUTE)
    look(db, case, 2)
    assert (case.desk, case.state, case.owner, case.stretch) == ("institution", "new", None, 2)
    assert told(db, "case.rehomed") == {people.duty}
    assert case.next_timer_at == NOW + 17 * MINUTE


def test_an_owner_who_left_the_team_owns_no_longer(db: Session, people: Clinic, case: Case) -> None:
    service.claim(acting(db, people.doctor), form(case))
    db.scalars(select(Membership).where(Membership.account == people.doctor)).one().until = NOW + MINUTE
    look(db, case, 2)
    assert (case.desk, case.state) == ("team", "new")


def test_an_escalation_that_reaches_nobody_is_told_to_the_supervisor(
    db: Session, people: Clinic, case: Case
) -> None:
    db.scalars(select(Membership).where(Membership.account == people.leader)).one().until = NOW
    look(db, case, 15)
    assert told(db, "duty.nobody_on_call") == {people.supervisor}


def test_a_high_is_told_to_the_leader_when_its_hours_have_passed(db: Session, people: Clinic) -> None:
    high = attended(db, mild(people.resident, Level.HIGH))
    assert look(db, high, 299) == []
    assert look(db, high, 300) == ["contact_overdue"]
    assert told(db, "case.contact_overdue") == {people.leader}


def test_of_a_paged_one_the_supervisor_is_told_too_as_of_any_critical(db: Session, people: Clinic) -> None:
    paged = attended(db, mild(people.resident, Level.HIGH, late=True, paged_at=NOW))
    service.claim(acting(db, people.doctor), form(paged))
    assert look(db, paged, 30) == ["contact_overdue"]
    assert told(db, "case.contact_overdue") == {people.doctor, people.leader, people.supervisor}


def test_the_sweep_finds_what_is_due_whatever_became_of_its_job(
    db: Session, people: Clinic, case: Case
) -> None:
    db.execute(text("delete from procrastinate.procrastinate_jobs"))
    assert escalation.overdue(db, now=NOW + 14 * MINUTE) == []
    assert escalation.overdue(db, now=NOW + 15 * MINUTE) == [case.episode]
    assert escalation.open_cases(db, rank=0) == [case.episode]


def test_an_empty_shift_is_an_alarm_before_it_begins_and_once(db: Session, people: Clinic) -> None:
    def ahead(hours: float) -> int:
        return escalation.look_ahead(db, ahead=timedelta(hours=hours), now=NOW)

    assert ahead(12) == 0
    assert [ahead(13), ahead(13)] == [1, 1]
    assert told(db, "duty.gap_ahead") == {people.supervisor}
    assert len(db.scalars(select(Notice).where(Notice.code == "duty.gap_ahead")).all()) == 1
    half = timedelta(hours=12)
    identity.put_on_duty(db, people.institution, account=people.duty, since=NOW + half, until=NOW + 2 * half)
    assert ahead(13) == 0
