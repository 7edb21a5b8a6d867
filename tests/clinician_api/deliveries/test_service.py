"""Real events draw on the ledger: contacts when a case is resolved, and weeks in which somebody measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.agreements import rights
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.db import Sessions, connect, sessions
from clinician_api.deliveries import acts, rounds, rules, service
from clinician_api.monitoring import service as monitoring
from clinician_api.notices.models import Notice
from clinician_api.packages import service as packages
from clinician_api.packages.keeping import COUNTED, Line
from clinician_api.packages.starter import publish_starter
from clinician_api.settings import Settings
from clinician_api.triage import casework
from clinician_api.triage import service as triage
from clinician_api.triage.models import Case
from clinician_api.triage.service import Acting, Form
from tests.clinician_api.concerns import attended, concern
from tests.clinician_api.making import BEGINS, ENDS, NOW, Clinic, actor, clinic
from tests.clinician_api.monitoring.comparing import check, monitored, sugar
from tests.clinician_api.stored import store_glucose, store_reading

TODAY = NOW.date()


@pytest.fixture(scope="module")
def made(module_database_url: str) -> Iterator[tuple[Sessions, Clinic]]:
    engine = connect(module_database_url)
    factory = sessions(engine)
    with factory.begin() as db:
        people = clinic(db)
        offered = publish_starter(db, By(), effective_from=TODAY, now=NOW)
        packages.entitle(db, people.contract, offered, BEGINS, ENDS, now=NOW)
    yield factory, people
    engine.dispose()


@pytest.fixture
def db(made: tuple[Sessions, Clinic]) -> Iterator[Session]:
    with made[0]() as session:
        yield session


@pytest.fixture
def people(made: tuple[Sessions, Clinic]) -> Clinic:
    return made[1]


def line(db: Session, people: Clinic, item: str) -> Line:
    return next(each for each in packages.ledger(db, people.contract, TODAY) if each.item == item)


def worked(
    db: Session, people: Clinic, how: str, value: str = "186/112 mmHg", **more: str
) -> tuple[Acting, UUID]:
    """A case that the doctor has claimed, made contact about, and resolved."""
    episode = attended(db, concern(people.resident, value=value, **more)).episode  # type: ignore[arg-type]
    clocks = casework.clocks_of(Settings(database_url="postgresql:///none"))
    acting = Acting(db, actor(db, people.doctor), clocks, NOW)
    triage.claim(acting, form(db, episode))
    triage.contact(acting, form(db, episode), how=how)  # type: ignore[arg-type]
    if how == "unreachable":
        triage.contact(acting, form(db, episode), how="message")
    triage.resolve(acting, form(db, episode), outcome="educated")
    return acting, episode


def form(db: Session, episode: UUID) -> Form:
    case = db.get_one(Case, episode)
    return Form(episode, case.version, case.resident)


def test_a_resolved_case_counts_its_contact_once_and_an_undo_takes_it_back(
    db: Session, people: Clinic
) -> None:
    acting, episode = worked(db, people, "visit")
    found = [each for each in packages.events(db, people.contract) if each.event_kind == "visit"]
    assert [(each.item, each.event) for each in found] == [
        ("hypertension.visit", db.get_one(Case, episode).task)
    ]
    triage.undo(acting, form(db, episode))
    assert line(db, people, "hypertension.visit").used == 0
    triage.resolve(acting, form(db, episode), outcome="educated")
    assert line(db, people, "hypertension.visit").used == 1


def test_a_call_counts_as_advice_and_a_video_as_a_video(db: Session, people: Clinic) -> None:
    worked(db, people, "phone")
    worked(db, people, "video")
    used = {each.item: each.used for each in packages.ledger(db, people.contract, TODAY) if each.used}
    assert used == {"basic.advice": 1, "chronic_plus.video": 1}


def test_weeks_with_readings_are_counted_once_however_late_they_come(db: Session, people: Clinic) -> None:
    first = datetime.fromisoformat("2026-02-17T08:00:00+08:00")
    monitored(db, people.resident, people.nurse, first - timedelta(days=20))
    for days in (0, 1, 6, 9):
        store_reading(db, people.resident, first + timedelta(days=days))
    store_glucose(db, people.resident, NOW)
    [watched] = [each for each in service.watched(db, now=NOW) if each.contract == people.contract]
    assert service.count_weeks(db, watched, now=NOW) == 2
    assert service.count_weeks(db, watched, now=NOW) == 0
    store_reading(db, people.resident, first - timedelta(days=7))
    assert service.count_weeks(db, watched, now=NOW) == 1
    assert line(db, people, "hypertension.monitoring").used == 3


def test_weeks_before_the_meter_was_compared_are_not_counted(db: Session, people: Clinic) -> None:
    store_reading(db, people.resident, NOW - timedelta(days=3))
    [watched] = [each for each in service.watched(db, now=NOW) if each.contract == people.contract]
    assert service.count_weeks(db, watched, now=NOW) == 0
    monitored(db, people.resident, people.nurse, NOW)
    assert service.count_weeks(db, watched, now=NOW) == 0
    store_reading(db, people.resident, NOW)
    assert service.count_weeks(db, watched, now=NOW) == 1


def test_rights_that_were_read_and_meters_that_agree_are_counted_once(
    made: tuple[Sessions, Clinic], db: Session, people: Clinic
) -> None:
    written = {"version": rights.VERSION, "language": "zh", "now": NOW}
    rights.put_down(db, By(), people.resident, people.contract, **written)  # type: ignore[arg-type]  # words of a table
    for differs in ({"agrees": False}, {}, {"home": sugar(), "clinic": sugar("6.0")}):
        monitoring.put_down(db, actor(db, people.nurse), people.resident, check(**differs), now=NOW)
    waiting = acts.waiting(db, now=NOW)
    assert [acts.count(db, each, now=NOW) for each in waiting] == [True] * 3
    assert acts.waiting(db, now=NOW) == []
    given = {each.item: each.used for each in packages.ledger(db, people.contract, TODAY) if each.used}
    assert given == {"basic.information": 1, "hypertension.meter": 1, "diabetes.meter": 1}


def test_what_is_told_of_is_what_the_ledger_expects() -> None:
    """An item that waits for anything else stands as not counted, and is never behind."""
    told = {*rules.CONTACTS.values(), *acts.KINDS, "monitoring_week"}
    assert told == set(COUNTED)


def test_nothing_is_counted_without_a_contract_or_a_package(db: Session, people: Clinic) -> None:
    assert service.contacted(db, people.stranger, UUID(int=1), "bp_high", "visit", at=NOW, now=NOW) is None
    contracts.end(db, By(), people.contract, why="moved", now=NOW)
    assert service.contacted(db, people.resident, UUID(int=1), "bp_high", "visit", at=NOW, now=NOW) is None


def test_a_team_is_told_once_of_what_it_owes(made: tuple[Sessions, Clinic], people: Clinic) -> None:
    late = datetime.fromisoformat("2026-06-10T09:00:00+08:00")
    rounds.weeks(made[0], NOW)
    rounds.warnings(made[0], late)
    rounds.warnings(made[0], late + timedelta(days=1))
    with made[0]() as db:
        told = list(db.scalars(select(Notice).where(Notice.code == service.BEHIND)))
        lines = packages.whole_ledger(db, people.contract)
        owed = [each for each in lines if each.promised and each.is_counted]
    assert {each.recipient for each in told} == {people.leader}
    assert {each.item for each in owed} >= {"hypertension.visit", "hypertension.meter", "basic.information"}
    assert len(told) == len(owed) < len([each for each in lines if each.promised])
    assert date.fromisoformat(str(told[0].facts["until"])) == ENDS
