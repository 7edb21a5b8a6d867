"""The worker itself, in a thread, over a real queue and with clocks of a fraction of a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic
from uuid import UUID

from sqlalchemy import func, select, text

from clinician_api import worker
from clinician_api.audit.models import AuditSeal
from clinician_api.db import Sessions
from clinician_api.notices.models import Notice
from clinician_api.settings import Settings
from clinician_api.triage import casework
from clinician_api.triage.models import CaseStep
from tests.clinician_api.concerns import attended, concern
from tests.clinician_api.making import clinic, make_contract, make_resident

PATIENCE_S = 30.0


def short(database_url: str, *, sweep_s: float = 3600) -> Settings:
    return Settings(
        database_url=database_url,
        leader_s=0.3,
        supervisor_s=0.6,
        contact_s=0.6,
        again_s=3600,
        sweep_s=sweep_s,
    )


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    stop, ready = Event(), Event()
    thread = Thread(target=worker.run, args=(settings, stop), kwargs={"ready": ready.set})
    thread.start()
    try:
        assert ready.wait(PATIENCE_S)
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()


def eventually(said: Callable[[], bool]) -> None:
    deadline, tick = monotonic() + PATIENCE_S, Event()
    while not said():
        assert monotonic() < deadline
        tick.wait(0.05)


def opened(care: Sessions, settings: Settings) -> UUID:
    """A critical of somebody whose contract holds today: the worker goes by the real clock."""
    now, year = datetime.now(UTC), timedelta(days=365)
    with care.begin() as db:
        people, resident = clinic(db, now), make_resident(db)
        make_contract(db, resident, people.team, now, begins=(now - year).date(), ends=(now + year).date())
        said = concern(resident, now=now)
        return attended(db, said, now=now, clocks=casework.clocks_of(settings)).episode


def timers(care: Sessions, episode: UUID) -> list[str]:
    fired = select(CaseStep.timer).where(CaseStep.episode == episode, CaseStep.timer.is_not(None))
    with care() as db:
        return [str(timer) for timer in db.scalars(fired.order_by(CaseStep.n))]


ALL = {"leader", "supervisor_and_duty", "contact_overdue"}


def test_timers_fire_notices_arrive_and_the_audit_is_sealed(care: Sessions, database_url: str) -> None:
    settings = short(database_url)
    with working(settings):
        episode = opened(care, settings)
        eventually(lambda: set(timers(care, episode)) == ALL)

        def all_arrived() -> bool:
            with care() as db:
                return db.scalar(select(func.count()).where(Notice.sent_at.is_(None))) == 0

        eventually(all_arrived)


def test_the_sweep_fires_what_has_no_job(care: Sessions, database_url: str) -> None:
    settings = short(database_url, sweep_s=0.2)
    episode = opened(care, settings)
    with care.begin() as db:
        db.execute(text("delete from procrastinate.procrastinate_jobs"))
    with working(settings):
        eventually(lambda: set(timers(care, episode)) == ALL)


def test_two_workers_fire_each_timer_once(care: Sessions, database_url: str) -> None:
    settings = short(database_url, sweep_s=0.1)
    with working(settings), working(settings):
        episode = opened(care, settings)
        eventually(lambda: set(timers(care, episode)) == ALL)
    assert sorted(timers(care, episode)) == sorted(ALL)


def test_a_job_that_a_worker_died_with_is_done_again(care: Sessions, database_url: str) -> None:
    settings = short(database_url)
    episode = opened(care, settings)
    with care.begin() as db:
        db.execute(text("update procrastinate.procrastinate_jobs set status = 'doing'"))
    with working(settings):
        eventually(lambda: "leader" in timers(care, episode))


def test_the_audit_is_sealed_each_second(care: Sessions, database_url: str) -> None:
    settings = short(database_url)
    opened(care, settings)

    def is_sealed() -> bool:
        with care() as db:
            return (db.scalar(select(func.count()).select_from(AuditSeal)) or 0) > 0

    with working(settings):
        eventually(is_sealed)
