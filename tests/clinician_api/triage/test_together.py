"""Engine, worker and staff at the same cases at the same time: nobody waits in a circle, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Final
from uuid import UUID

import pytest
from sqlalchemy import select, text

from alerts.engine import Engine
from alerts.rules.rule import Level
from clinician_api.db import Sessions
from clinician_api.errors import CareError
from clinician_api.identity import service as identity
from clinician_api.identity.schemas import NewResident
from clinician_api.triage import casework, escalation, service
from clinician_api.triage.care import care as make_care
from clinician_api.triage.clocks import DEFAULT
from clinician_api.triage.models import Case
from clinician_api.triage.service import Acting, Form
from tests.alerts.chain import Chain, resident, settle
from tests.alerts.making import START, glucose, pressure
from tests.clinician_api.concerns import acting, form
from tests.clinician_api.making import Clinic, clinic, make_contract

NAMES: Final = tuple("abcdef")
ROUNDS: Final = 8
MINUTE: Final = timedelta(minutes=1)


@pytest.fixture
def people(care: Sessions) -> Clinic:
    with care.begin() as db:
        there = clinic(db, START)
        for number, name in enumerate(NAMES):
            file_number = f"310107-08-{number:05}"
            new = NewResident(name=name, sex="female", born=date(1954, 5, 6), file_number=file_number)
            make_contract(db, identity.create_resident(db, new, resident=resident(name)), there.team)
    return there


@pytest.fixture
def chain(database_url: str) -> Iterator[Chain]:
    chain = Chain.at(database_url, make_care(DEFAULT))
    yield chain
    chain.close()


def test_engine_worker_and_staff_work_on_the_same_cases_at_once(
    care: Sessions, chain: Chain, people: Clinic
) -> None:
    """Each round at the same moment; a deadlock would end one of them with an error."""
    engine, together = chain.engine(), Barrier(4)
    works: list[Callable[[datetime], None]] = [
        partial(judge, chain, engine),
        partial(tick, care),
        partial(claim_everything, care, people.doctor),
        partial(work_through, care, people.leader),
    ]

    def each_round(work: Callable[[datetime], None]) -> None:
        for number in range(ROUNDS):
            together.wait(30)
            work(START + number * 20 * MINUTE)

    with ThreadPoolExecutor(len(works)) as all_at_once:
        for done in [all_at_once.submit(each_round, work) for work in works]:
            done.result(120)
    assert not dropped(care)


def judge(chain: Chain, engine: Engine, now: datetime) -> None:
    minutes = (now - START) / MINUTE
    chain.store(
        *(pressure(minutes, 186 + int(minutes) % 7, 112, resident=name) for name in NAMES),
        *(glucose(minutes, "3.5", resident=name, id=f"g{minutes}") for name in NAMES[:3]),
    )
    settle(engine, now)


def tick(care: Sessions, now: datetime) -> None:
    for episode in episodes(care):
        with care.begin() as db:
            escalation.look(db, episode, clocks=DEFAULT, now=now)


def claim_everything(care: Sessions, account: UUID, now: datetime) -> None:
    with care.begin() as db:
        forms = [form(case) for case in db.scalars(select(Case).where(Case.state != "resolved"))]
    with care.begin() as db:
        service.claim_all(acting(db, account, now=now), forms)


def work_through(care: Sessions, account: UUID, now: datetime) -> None:
    for episode in episodes(care):
        step_by_step(care, account, episode, now)


def dropped(care: Sessions) -> list[object]:
    """Failures, residents without a case, and criticals that nobody owns and no clock runs against."""
    with care() as db:
        failures: list[object] = list(db.scalars(text("select error from alerts.alert_failures")))
        cases = db.scalars(select(Case)).all()
        silent = {resident(name) for name in NAMES} - {case.resident for case in cases}
        return [*failures, *silent, *(case.episode for case in cases if is_nobodys(case))]


def is_nobodys(case: Case) -> bool:
    is_critical = casework.standing(case).urgency is Level.CRITICAL and case.state != "resolved"
    return is_critical and case.owner is None and case.next_timer_at is None


def episodes(care: Sessions) -> list[UUID]:
    with care.begin() as db:
        return list(db.scalars(select(Case.episode).order_by(Case.opened_at.desc())))


def step_by_step(care: Sessions, account: UUID, episode: UUID, now: datetime) -> None:
    """As somebody clicks: each step a request of its own, refused where another was faster."""
    steps: tuple[Callable[[Acting, Form], object], ...] = (
        lambda acts, sent: service.view(acts, sent.episode),
        service.claim,
        lambda acts, sent: service.contact(acts, sent, how="phone"),
        lambda acts, sent: service.resolve(acts, sent, outcome="educated"),
        service.undo,
    )
    for step in steps:
        try:
            with care.begin() as db:
                sent = form(db.get_one(Case, episode))
                step(acting(db, account, now=now), sent)
        except CareError:
            continue
