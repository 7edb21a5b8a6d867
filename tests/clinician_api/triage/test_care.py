"""What the engine's word about an episode becomes: a case, a task, notices and a clock."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from alerts.rules.rule import Level
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.follow_ups import service as follow_ups
from clinician_api.follow_ups.models import Task
from clinician_api.notices.models import Notice
from clinician_api.triage import casework, service, worklist
from clinician_api.triage.care import care
from clinician_api.triage.clocks import DEFAULT
from clinician_api.triage.models import Case
from clinician_api.triage.worklist import Part
from tests.clinician_api.concerns import acting, attended, concern, form, mild, then
from tests.clinician_api.making import NOW, clinic, make_resident

MINUTE = timedelta(minutes=1)


def told(db: Session, code: str) -> set[UUID]:
    return set(db.scalars(select(Notice.recipient).where(Notice.code == code)))


def open_tasks(db: Session) -> list[Task]:
    return list(db.scalars(select(Task).where(Task.closed_at.is_(None))))


def test_a_critical_opens_a_case_with_an_open_task(db: Session) -> None:
    people = clinic(db)
    case = attended(db, concern(people.resident))
    task = follow_ups.get(db, case.task)
    assert (case.desk, case.team, case.state, case.severity_rank) == ("team", people.team, "new", 0)
    assert (task.kind, task.desk, task.closed_at, task.due_at) == (
        "critical",
        "team",
        None,
        NOW + 15 * MINUTE,
    )
    assert case.version == 1


def test_the_whole_team_is_told_once(db: Session) -> None:
    people = clinic(db)
    said = concern(people.resident)
    attended(db, said)
    attended(db, said)
    assert told(db, "case.opened") == {people.doctor, people.nurse, people.leader}


def test_an_old_word_changes_nothing(db: Session) -> None:
    people = clinic(db)
    said = concern(people.resident)
    attended(db, then(said, "confirmed", confirmed_at=NOW))
    version = attended(db, said).version
    assert attended(db, said).version == version


def test_the_clock_is_put_down_as_a_job_with_the_row(db: Session) -> None:
    people = clinic(db)
    case = attended(db, concern(people.resident))
    jobs = db.execute(
        text(
            "select args, scheduled_at from procrastinate.procrastinate_jobs where task_name = 'triage.tick'"
        )
    ).all()
    assert [tuple(job) for job in jobs] == [({"episode": str(case.episode)}, NOW + 15 * MINUTE)]


def test_a_watch_opens_one_task_per_resident_and_tells_nobody(db: Session) -> None:
    people = clinic(db)
    first = attended(db, mild(people.resident, Level.WATCH))
    second = attended(db, mild(people.resident, Level.WATCH, cause="glucose_high"))
    assert first.task == second.task
    assert told(db, "case.opened") == set()


def test_a_shared_watch_is_done_when_the_last_of_its_cases_is(db: Session) -> None:
    people = clinic(db)
    doctor = acting(db, people.doctor)
    cases = [attended(db, mild(people.resident, Level.WATCH, cause=cause)) for cause in ("bp_high", "rhythm")]
    for case in cases:
        service.claim(doctor, form(case))
    service.resolve(doctor, form(cases[0]), outcome="educated")
    assert len(open_tasks(db)) == 1
    service.resolve(doctor, form(cases[1]), outcome="educated")
    assert open_tasks(db) == []


def test_a_watch_that_rises_leaves_the_shared_task(db: Session) -> None:
    people = clinic(db)
    said = mild(people.resident, Level.WATCH)
    attended(db, said)
    other = attended(db, mild(people.resident, Level.WATCH, cause="rhythm"))
    risen = attended(db, then(said, "escalated", level=Level.HIGH))
    assert risen.task != other.task
    assert sorted(task.kind for task in open_tasks(db)) == ["high", "watch"]


def test_a_watch_alone_rises_with_its_task(db: Session) -> None:
    people = clinic(db)
    said = mild(people.resident, Level.WATCH)
    task = attended(db, said).task
    assert attended(db, then(said, "escalated", level=Level.HIGH)).task == task
    assert [each.kind for each in open_tasks(db)] == ["high"]


def test_a_rise_must_be_claimed_anew_and_is_offered_to_who_had_it(db: Session) -> None:
    people = clinic(db)
    said = mild(people.resident, Level.HIGH)
    service.claim(acting(db, people.doctor), form(attended(db, said)))
    later = NOW + 60 * MINUTE
    risen = attended(db, then(said, "escalated", level=Level.CRITICAL), now=later)
    assert (risen.state, risen.owner, risen.offered_to) == ("new", None, people.doctor)
    assert (risen.stretch, risen.since, risen.due_at) == (2, later, later + 15 * MINUTE)
    assert told(db, "case.escalated") == {people.doctor, people.nurse, people.leader}


def test_a_rise_ends_a_snooze(db: Session) -> None:
    people = clinic(db)
    said = mild(people.resident, Level.HIGH)
    case = attended(db, said)
    service.snooze(acting(db, people.doctor), form(case), until=NOW + 60 * MINUTE, reason="later")
    assert attended(db, then(said, "escalated", level=Level.CRITICAL)).snoozed_until is None


@pytest.mark.parametrize(("value", "stays"), [("171/99", False), ("165/98", True)])
def test_a_worse_value_ends_a_snooze_and_a_better_one_does_not(db: Session, value: str, stays: bool) -> None:  # noqa: FBT001
    people = clinic(db)
    said = mild(people.resident, Level.HIGH, value="166/98")
    case = attended(db, said)
    service.snooze(acting(db, people.doctor), form(case), until=NOW + 60 * MINUTE, reason="later")
    after = attended(db, then(said, "updated", value=value))
    assert (after.snoozed_until is not None) is stays
    assert after.owner == people.doctor


def test_the_condition_ends_and_the_case_waits_for_a_person(db: Session) -> None:
    people = clinic(db)
    said = concern(people.resident, provisional=False, awaits_repeat=False)
    attended(db, said)
    case = attended(db, then(said, "closed", closed_at=NOW))
    assert (case.closed_at, case.state, case.resolved_at) == (NOW, "new", None)
    assert case.next_timer_at == NOW + 15 * MINUTE


def test_a_provisional_that_ends_stays_on_the_list_and_wakes_nobody(db: Session) -> None:
    people = clinic(db)
    said = concern(people.resident)
    attended(db, said)
    case = attended(db, then(said, "closed", closed_at=NOW))
    assert (case.state, case.next_timer_at, case.severity_rank) == ("new", None, 2)
    assert len(open_tasks(db)) == 1


def test_a_reopened_episode_reopens_its_case_with_a_new_task(db: Session) -> None:
    people = clinic(db)
    doctor = acting(db, people.doctor)
    said = concern(people.resident)
    case = attended(db, said)
    old_task = case.task
    service.claim(doctor, form(case))
    service.contact(doctor, form(case), how="phone")
    service.resolve(doctor, form(case), outcome="adjusted")
    again = attended(db, then(said, "reopened"), now=NOW + 60 * MINUTE)
    assert (again.state, again.outcome, again.offered_to) == ("new", None, people.doctor)
    assert again.task != old_task
    assert follow_ups.get(db, old_task).outcome == "adjusted"


def test_a_further_critical_after_all_was_done_begins_anew(db: Session) -> None:
    people = clinic(db)
    doctor = acting(db, people.doctor)
    said = concern(people.resident, provisional=False)
    case = attended(db, said)
    service.claim(doctor, form(case))
    service.contact(doctor, form(case), how="phone")
    service.resolve(doctor, form(case), outcome="adjusted")
    assert attended(db, then(said, "updated", readings=2)).state == "new"


def test_a_high_that_is_paged_runs_by_the_clocks_of_a_critical(db: Session) -> None:
    people = clinic(db)
    said = mild(people.resident, Level.HIGH, late=True)
    attended(db, said)
    case = attended(db, then(said, "paged", paged_at=NOW))
    assert (case.severity_rank, case.next_timer_at) == (0, NOW + 15 * MINUTE)


def test_after_the_contract_a_critical_goes_to_the_duty_desk_and_the_home_is_told(db: Session) -> None:
    people = clinic(db)
    contracts.end(db, By(), people.contract, why="own_wish", now=NOW)
    case = attended(db, concern(people.resident), now=NOW + MINUTE)
    assert (case.desk, case.team, case.institution) == ("institution", None, people.institution)
    assert told(db, "case.opened") == {people.duty}
    assert told(db, "care.duty_desk_answers") == {people.resident}


def test_thirty_days_later_the_home_is_told_that_nobody_watches_and_the_row_stays(db: Session) -> None:
    people = clinic(db)
    contracts.end(db, By(), people.contract, why="own_wish", now=NOW)
    later = NOW + timedelta(days=31)
    case = attended(db, concern(people.resident, now=later), now=later)
    assert (case.desk, case.institution, case.next_timer_at) == ("nobody", people.institution, None)
    assert told(db, "care.nobody_watches") == {people.resident}
    supervisor = acting(db, people.supervisor, now=later).actor
    listed = worklist.page(db, supervisor, Part("pending"), now=later).cases
    assert [each.episode for each in listed] == [case.episode]


def test_one_who_never_had_a_contract_has_a_row_that_nobody_answers(db: Session) -> None:
    clinic(db)
    case = attended(db, concern(make_resident(db)))
    assert (case.desk, case.institution) == ("nobody", None)


def test_after_the_contract_the_former_team_is_told_nothing_more(db: Session) -> None:
    """Not even in the half minute before the worker looks: the engine has news of the episode first."""
    people = clinic(db)
    said = mild(people.resident, Level.HIGH)
    attended(db, said)
    contracts.end(db, By(), people.contract, why="own_wish", now=NOW)
    later = NOW + timedelta(seconds=5)
    case = attended(db, then(said, "confirmed", confirmed_at=later), now=later)
    assert (case.desk, told(db, "case.confirmed")) == ("institution", {people.duty})
    assert told(db, "case.rehomed") == {people.duty}
    assert told(db, "care.duty_desk_answers") == {people.resident}


def test_what_is_less_when_judged_again_keeps_its_task_beside_an_open_watch(db: Session) -> None:
    """A revised reading can lower a level; a second open watch of the resident is what the table refuses."""
    people = clinic(db)
    said = mild(people.resident, Level.HIGH)
    case = attended(db, said)
    attended(db, mild(people.resident, Level.WATCH, cause="rhythm"))
    closed = then(said, "closed", closed_at=NOW)
    attended(db, closed)
    attended(db, then(closed, "reopened", level=Level.WATCH, closed_at=None))
    assert (case.level, follow_ups.get(db, case.task).kind, len(open_tasks(db))) == ("watch", "high", 2)


def test_nobody_on_duty_is_told_to_the_supervisor(db: Session) -> None:
    people = clinic(db)
    contracts.end(db, By(), people.contract, why="own_wish", now=NOW)
    later = NOW + timedelta(days=2)  # after the only shift
    attended(db, concern(people.resident, now=later), now=later)
    assert told(db, "duty.nobody_on_call") == {people.supervisor}


def test_it_writes_in_the_session_it_was_given_and_leaves_the_commit(db: Session) -> None:
    people = clinic(db)
    said = concern(people.resident)
    task = care(DEFAULT)(db).attend(said, NOW)
    assert casework.locked(db, said.episode).task == task
    db.rollback()
    assert db.scalars(select(Case)).all() == []
    assert db.scalar(text("select count(*) from procrastinate.procrastinate_jobs")) == 0


def test_readings_that_are_not_stored_leave_the_age_of_the_episode(db: Session) -> None:
    people = clinic(db)
    opened = NOW - 5 * MINUTE
    assert attended(db, concern(people.resident, opened_at=opened, inputs=(str(uuid4()),))).taken_at == opened


def test_a_critical_heard_after_all_was_done_begins_anew_though_it_is_over(db: Session) -> None:
    """A red flag told just before somebody resolved is heard together with the end that they gave."""
    people = clinic(db)
    said = mild(people.resident, Level.CRITICAL, confirmed_at=NOW)
    case = attended(db, said)
    doctor = acting(db, people.doctor)
    service.claim(doctor, form(case))
    service.contact(doctor, form(case), how="phone")
    service.resolve(doctor, form(case), outcome="educated")
    attended(db, then(said, "closed", closed_at=NOW, readings=2))
    assert (case.state, case.offered_to, case.next_timer_at) == ("new", people.doctor, NOW + 15 * MINUTE)


def test_the_end_that_a_person_gave_begins_nothing_anew(db: Session) -> None:
    people = clinic(db)
    said = mild(people.resident, Level.CRITICAL, confirmed_at=NOW)
    case = attended(db, said)
    doctor = acting(db, people.doctor)
    service.claim(doctor, form(case))
    service.contact(doctor, form(case), how="phone")
    service.resolve(doctor, form(case), outcome="educated")
    attended(db, then(said, "closed", closed_at=NOW))
    assert case.state == "resolved"
