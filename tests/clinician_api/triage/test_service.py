"""What staff do about a case, over a real session: each step written down, refused, undone or raced for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from alerts.care import Change
from alerts.rules.rule import Level
from clinician_api.audit.models import AuditEntry
from clinician_api.db import Sessions
from clinician_api.errors import CareError, ConflictError, InvalidError, NotFoundError
from clinician_api.follow_ups import service as follow_ups
from clinician_api.notices.models import Notice
from clinician_api.triage import casework, service, worklist
from clinician_api.triage.models import Case, CaseStep, Reply
from tests.clinician_api.concerns import acting, attended, concern, form, mild, then
from tests.clinician_api.making import NOW, Clinic, clinic, make_staff
from tests.clinician_api.stored import store_reading

SECOND = timedelta(seconds=1)


@pytest.fixture
def people(db: Session) -> Clinic:
    return clinic(db)


@pytest.fixture
def case(db: Session, people: Clinic) -> Case:
    """A critical of the resident, unclaimed."""
    return attended(db, concern(people.resident))


def steps(db: Session, case: Case) -> list[tuple[str, str, str]]:
    rows = db.scalars(select(CaseStep).where(CaseStep.episode == case.episode).order_by(CaseStep.n))
    return [(row.step, row.from_state, row.to_state) for row in rows]


def test_from_claim_to_outcome_each_step_is_written_with_its_actor(
    db: Session, people: Clinic, case: Case
) -> None:
    doctor = acting(db, people.doctor)
    service.claim(doctor, form(case))
    service.contact(doctor, form(case), how="phone", note="头不晕")
    service.resolve(doctor, form(case), outcome="adjusted", note="加药", next_follow_up=date(2026, 3, 9))
    assert steps(db, case) == [
        ("opened", "new", "new"),
        ("claim", "new", "claimed"),
        ("contact", "claimed", "contacted"),
        ("resolve", "contacted", "resolved"),
    ]
    task = follow_ups.get(db, case.task)
    assert (task.owner, task.contacted_how, task.outcome) == (people.doctor, "phone", "adjusted")
    assert (task.closed_at, task.next_follow_up, task.note) == (NOW, date(2026, 3, 9), "加药")
    actions = db.scalars(select(AuditEntry.action).where(AuditEntry.account == people.doctor)).all()
    assert {"case.claim", "case.contact", "case.resolve", "resident.read"} <= set(actions)


def test_an_acknowledgement_alone_closes_nothing(db: Session, people: Clinic, case: Case) -> None:
    doctor = acting(db, people.doctor)
    service.claim(doctor, form(case))
    service.contact(doctor, form(case), how="phone")
    assert follow_ups.get(db, case.task).closed_at is None


def test_what_was_told_of_a_case_is_answered_by_who_claims_it(
    db: Session, people: Clinic, case: Case
) -> None:
    db.execute(text("update care.notice set sent_at = queued_at"))
    service.claim(acting(db, people.doctor), form(case))
    acted = db.scalars(select(Notice.recipient).where(Notice.acted_at.is_not(None))).all()
    assert acted == [people.doctor]


Step = Callable[[service.Acting, service.Form], Case]
REFUSED: dict[str, tuple[Step, str]] = {
    "snooze of a critical": (
        lambda who, sent: service.snooze(who, sent, until=NOW + timedelta(hours=1), reason="later"),
        "case.critical_is_never_snoozed",
    ),
    "resolve without an outcome": (
        lambda who, sent: service.resolve(who, sent, outcome=None),
        "task.outcome_missing",
    ),
    "a day that is past": (
        lambda who, sent: service.resolve(who, sent, outcome="educated", next_follow_up=date(2026, 3, 2)),
        "task.follow_up_in_the_past",
    ),
    "contact without a claim": (
        lambda who, sent: service.contact(who, sent, how="phone"),
        "case.claim_first",
    ),
    "an old form": (
        lambda who, sent: service.claim(who, replace(sent, version=sent.version - 1)),
        "case.stale",
    ),
    "another resident's form": (
        lambda who, sent: service.claim(who, replace(sent, resident=uuid4())),
        "case.wrong_resident",
    ),
    "nothing to undo": (service.undo, "case.nothing_to_undo"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_changes_nothing(db: Session, people: Clinic, case: Case, name: str) -> None:
    step, code = REFUSED[name]
    before = (case.version, casework.handling(case), steps(db, case))
    with pytest.raises(CareError) as refused:
        step(acting(db, people.doctor), form(case))
    assert refused.value.code == code
    assert refused.value.about == ("episode", case.episode)
    assert (case.version, casework.handling(case), steps(db, case)) == before


@pytest.mark.parametrize("episode", [None, UUID(int=5)])
def test_a_case_of_another_team_looks_like_one_that_is_not(
    db: Session, people: Clinic, case: Case, episode: UUID | None
) -> None:
    stranger = acting(db, people.other_doctor)
    with pytest.raises(NotFoundError):
        service.claim(stranger, replace(form(case), episode=episode or case.episode))
    assert case.state == "new"


def test_a_step_is_taken_back_within_ten_seconds_and_stays_in_the_log(
    db: Session, people: Clinic, case: Case
) -> None:
    service.claim(acting(db, people.doctor), form(case))
    service.undo(acting(db, people.doctor, now=NOW + 10 * SECOND), form(case))
    assert (case.state, case.owner, follow_ups.get(db, case.task).owner) == ("new", None, None)
    assert [step for step, _, _ in steps(db, case)] == ["opened", "claim", "undo"]
    assert case.next_timer_at == NOW + timedelta(minutes=15)


def test_a_resolve_taken_back_opens_the_task_again(db: Session, people: Clinic, case: Case) -> None:
    doctor = acting(db, people.doctor)
    service.claim(doctor, form(case))
    service.contact(doctor, form(case), how="phone", note="typed")
    service.resolve(doctor, form(case), outcome="educated")
    service.undo(doctor, form(case))
    task = follow_ups.get(db, case.task)
    assert (case.state, task.closed_at, task.outcome, task.note) == ("contacted", None, None, "typed")


@pytest.mark.parametrize("change", ["updated", "closed"])
def test_a_step_is_taken_back_although_the_engine_said_more_of_the_episode(
    db: Session, people: Clinic, change: Change
) -> None:
    """It answers each resolve at once, for the episode is told of its end."""
    said = mild(people.resident, Level.HIGH)
    case, doctor = attended(db, said), acting(db, people.doctor)
    service.claim(doctor, form(case))
    service.resolve(doctor, form(case), outcome="educated")
    drawn = form(case)
    attended(db, then(said, change, closed_at=NOW if change == "closed" else None))
    service.undo(doctor, drawn)
    assert (case.state, case.owner, follow_ups.get(db, case.task).closed_at) == (
        "claimed",
        people.doctor,
        None,
    )


def test_the_step_before_is_never_taken_back_by_an_older_form(
    db: Session, people: Clinic, case: Case
) -> None:
    doctor = acting(db, people.doctor)
    service.claim(doctor, form(case))
    drawn = form(case)
    service.contact(doctor, form(case), how="phone")
    with pytest.raises(ConflictError, match=r"case\.stale"):
        service.undo(doctor, drawn)


def test_a_rise_is_not_taken_back(db: Session, people: Clinic) -> None:
    said = mild(people.resident, Level.HIGH)
    case, doctor = attended(db, said), acting(db, people.doctor)
    service.claim(doctor, form(case))
    attended(db, then(said, "escalated", level=Level.CRITICAL))
    with pytest.raises(ConflictError, match=r"case\.nothing_to_undo"):
        service.undo(doctor, form(case))


def test_a_watch_taken_up_again_folds_into_one_that_was_opened_meanwhile(db: Session, people: Clinic) -> None:
    case, doctor = attended(db, mild(people.resident, Level.WATCH)), acting(db, people.doctor)
    service.claim(doctor, form(case))
    service.resolve(doctor, form(case), outcome="educated")
    other = attended(db, mild(people.resident, Level.WATCH, cause="rhythm"))
    service.undo(doctor, form(case))
    assert case.task == other.task


def test_an_undo_is_not_undone(db: Session, people: Clinic, case: Case) -> None:
    doctor = acting(db, people.doctor)
    service.claim(doctor, form(case))
    service.undo(doctor, form(case))
    with pytest.raises(ConflictError, match=r"case\.nothing_to_undo"):
        service.undo(doctor, form(case))


def test_an_attempt_is_written_down_and_the_clock_runs_on(db: Session, people: Clinic, case: Case) -> None:
    doctor = acting(db, people.doctor)
    service.claim(doctor, form(case))
    service.contact(doctor, form(case), how="unreachable", note="无人接听")
    assert steps(db, case)[-1] == ("attempt", "claimed", "claimed")
    assert case.next_timer_at == NOW + timedelta(minutes=30)


def test_a_case_offered_to_the_leader_is_theirs_when_they_claim_it(
    db: Session, people: Clinic, case: Case
) -> None:
    service.claim(acting(db, people.doctor), form(case))
    service.transfer(acting(db, people.doctor), form(case), to=people.leader)
    assert case.owner == people.doctor
    assert db.scalars(select(Notice.recipient).where(Notice.code == "case.offered")).all() == [people.leader]
    service.claim(acting(db, people.leader), form(case))
    assert (case.owner, case.offered_to) == (people.leader, None)


@pytest.mark.parametrize("who", ["nurse", "other_doctor", "own_account"])
def test_a_critical_is_offered_to_nobody_who_could_not_take_it(
    db: Session, people: Clinic, case: Case, who: str
) -> None:
    with pytest.raises(InvalidError, match=r"case\.cannot_take_it"):
        service.transfer(acting(db, people.doctor), form(case), to=getattr(people, who))


def test_a_mixed_selection_is_claimed_where_it_can_be_and_the_rest_is_said(
    db: Session, people: Clinic, case: Case
) -> None:
    watch = attended(db, mild(people.resident, Level.WATCH))
    other = attended(db, concern(people.stranger))
    forms = [form(case), form(watch), form(other)]
    done, skipped = service.claim_all(acting(db, people.nurse), forms)
    assert [each.episode for each in done] == [watch.episode]
    assert {each.episode: each.code for each in skipped} == {
        case.episode: "role.not_allowed",
        other.episode: "case.unknown",
    }
    refused = db.scalars(select(AuditEntry.target).where(AuditEntry.outcome == "refused")).all()
    assert set(refused) == {case.episode, other.episode}


def test_only_data_is_resolved_in_bulk(db: Session, people: Clinic, case: Case) -> None:
    data = attended(db, mild(people.resident, Level.DATA, cause="data"))
    done, skipped = service.resolve_all(
        acting(db, people.nurse), [form(case), form(data)], outcome="device_problem"
    )
    assert [each.episode for each in done] == [data.episode]
    assert [(each.episode, each.code) for each in skipped] == [(case.episode, "case.only_data_in_bulk")]


def test_a_doctor_who_looks_is_why_the_home_may_be_told_so(db: Session, people: Clinic) -> None:
    reading = store_reading(db, people.resident)

    def state() -> str:
        return worklist.home_state(db, people.resident, reading)

    assert state() == "sent"
    case = attended(db, concern(people.resident, inputs=(str(reading),)))
    assert state() == "received"
    service.view(acting(db, people.nurse), case.episode)
    assert state() == "received"
    doctor = acting(db, people.doctor)
    service.view(doctor, case.episode)
    assert (state(), case.viewed_by) == ("looked", people.doctor)
    service.claim(doctor, form(case))
    service.contact(doctor, form(case), how="phone")
    assert state() == "contacted"
    service.resolve(doctor, form(case), outcome="educated")
    assert state() == "resolved"


def test_a_further_reading_has_been_seen_by_nobody_yet(db: Session, people: Clinic) -> None:
    """The doctor looked, spoke and was done before it was measured: of it the home is told none of that."""
    first, later = store_reading(db, people.resident), NOW + timedelta(minutes=5)
    said = mild(people.resident, Level.HIGH, inputs=(str(first),))
    case, doctor = attended(db, said), acting(db, people.doctor)
    service.view(doctor, case.episode)
    second = store_reading(db, people.resident, later)
    said = then(said, "updated", inputs=(str(first), str(second)), readings=2)
    attended(db, said, now=later)

    def state() -> str:
        return worklist.home_state(db, people.resident, second)

    assert state() == "received"
    service.view(acting(db, people.doctor, now=later), case.episode)
    assert state() == "looked"
    service.claim(acting(db, people.doctor, now=later), form(case))
    service.resolve(acting(db, people.doctor, now=later), form(case), outcome="educated")
    assert state() == "resolved"
    third = store_reading(db, people.resident, later + timedelta(minutes=5))
    attended(db, then(said, "updated", inputs=(str(third),), readings=3), now=later + timedelta(minutes=5))
    assert worklist.home_state(db, people.resident, third) == "sent"


def test_looking_makes_no_form_stale(db: Session, people: Clinic, case: Case) -> None:
    sent = form(case)
    service.view(acting(db, people.doctor), case.episode)
    assert service.claim(acting(db, people.doctor), sent).owner == people.doctor


def test_the_home_is_told_nothing_of_a_reading_that_is_not_stored(db: Session, people: Clinic) -> None:
    with pytest.raises(NotFoundError):
        worklist.home_state(db, people.resident, uuid4())


def test_a_reading_is_answered_once_by_each(db: Session, people: Clinic) -> None:
    reading = store_reading(db, people.resident)
    for who in (people.doctor, people.doctor, people.nurse):
        service.reply(acting(db, who), resident=people.resident, reading=reading, phrase="well_done")
    assert len(db.scalars(select(Reply)).all()) == 2
    told = db.scalars(select(Notice).where(Notice.code == "reading.replied")).all()
    assert {(each.recipient, each.facts["phrase"]) for each in told} == {(people.resident, "well_done")}
    assert len(told) == 2


def test_a_reading_of_somebody_else_is_not_answered(db: Session, people: Clinic) -> None:
    reading = store_reading(db, people.stranger)
    with pytest.raises(NotFoundError):
        service.reply(acting(db, people.doctor), resident=people.resident, reading=reading, phrase="seen")


def test_of_two_doctors_in_the_same_second_one_has_it(care: Sessions) -> None:
    """Two real transactions that begin together."""
    with care.begin() as db:
        people = clinic(db)
        second = make_staff(db, "吴医生", "doctor", people.team)
        said = attended(db, concern(people.resident))
        sent, episode = form(said), said.episode
    together = Barrier(2)

    def claim(account: UUID) -> str:
        with care() as db:
            who = acting(db, account)
            together.wait(10)
            try:
                service.claim(who, sent)
            except ConflictError as refused:
                return str(refused)
            db.commit()
            return "mine"

    with ThreadPoolExecutor(2) as both:
        answers = dict(zip((people.doctor, second), both.map(claim, (people.doctor, second)), strict=True))
    with care() as db:
        owner = casework.locked(db, episode).owner
    assert owner is not None
    assert answers.pop(owner) == "mine"
    assert list(answers.values()) == [f"case.already_claimed: {owner}"]


def test_time_is_what_the_caller_says(db: Session, people: Clinic, case: Case) -> None:
    later = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
    assert service.claim(acting(db, people.doctor, now=later), form(case)).claimed_at == later
