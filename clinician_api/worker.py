"""The worker's process: timers, deliveries, the audit's seal, and the sweep behind them. Serves no page.

Jobs make it quick and the sweep makes it sure. Both ask the same functions, which know what was done already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import Final
from uuid import UUID

import psycopg
import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import OperationalError

from clinician_api import jobs
from clinician_api.clock import utc_now
from clinician_api.contracts import book, feedback, turning, unconsented
from clinician_api.db import Sessions, connect, sessions
from clinician_api.deliveries import rounds as deliveries
from clinician_api.figures import Jobs
from clinician_api.notices import sending
from clinician_api.notices import service as notices
from clinician_api.notices.channels import Channels, load
from clinician_api.oversight import rounds as oversight
from clinician_api.reaching import rounds as reaching
from clinician_api.sealer import seal_once
from clinician_api.settings import Settings
from clinician_api.triage import casework, escalation, home_answers, leaving
from clinician_api.triage.clocks import Clocks
from ingest.probe import lacks_database, new_registry, probed

log = structlog.get_logger()

_SEAL_S: Final = 1.0
_HEAR_S: Final = 1.0
_WIDE_SWEEP_S: Final = 600.0
_CONTRACTS_S: Final = 60.0
_MINUTE_S: Final = 60.0
_HOUR_S: Final = 3600.0
_UNREACHED_S: Final = 30.0
Round = Callable[[Sessions, datetime], object]
"""A chore that is given the time it is, and sees to its own transactions."""
ROUNDS: Final[tuple[tuple[str, float, Round], ...]] = (
    ("count_weeks", _HOUR_S, deliveries.weeks),
    ("count_what_was_done", _MINUTE_S, deliveries.done),
    ("warn_of_undelivered", _HOUR_S, deliveries.warnings),
    ("remind_of_reviews", _HOUR_S, oversight.reminders),
    ("ask_for_consent", _HOUR_S, unconsented.round_of_asking),
    ("tell_of_roles", _MINUTE_S, oversight.roles),
    ("take_up_unreached", _UNREACHED_S, reaching.take_up),
)
"""By name and seconds between: a line each."""
_RECONNECT_S: Final = 0.5
_JOBS_AT_ONCE: Final = 4
_WAITED: Final = (psycopg.errors.DeadlockDetected, psycopg.errors.QueryCanceled)
"""Somebody else held that one row; the database itself is there."""
_RETRY: Final = RetryStrategy(max_attempts=10, exponential_wait=2)


@dataclass(frozen=True, slots=True)
class Chores:
    """What there is to do, each in transactions of its own; all of it may be done twice."""

    sessions: Sessions
    clocks: Clocks
    settings: Settings
    at: Callable[[str], None]
    jobs: Jobs
    channels: Channels = field(default_factory=Channels)

    def tick(self, episode: str) -> None:
        with self.jobs.counted("tick"):
            self._tick(episode)

    def _tick(self, episode: str) -> None:
        with self.sessions.begin() as db:
            fired = escalation.look(db, UUID(episode), clocks=self.clocks, now=utc_now())
            if fired:
                self.at("timer.written")
        if fired:
            self.at("timer.committed")
        for timer in fired:
            log.info("timer.fired", episode=episode, timer=timer)

    def deliver(self, notice: str) -> None:
        with self.jobs.counted("deliver"), self.sessions.begin() as db:
            notices.deliver(db, UUID(notice), now=utc_now())

    def send(self, notice: str) -> None:
        """By one of its other ways than the page."""
        with self.jobs.counted("send"):
            channel = sending.attempt(self.sessions, self.channels, UUID(notice), clock=utc_now)
        if channel is not None:
            log.info("notice.tried", id=notice, kind=channel)
        else:
            self.turn("take_up_unreached", reaching.take_up)

    def seal(self) -> None:
        seal_once(self.sessions, clock=utc_now)

    def hear_homes(self) -> None:
        """What homes answered by their button: a yes confirms at once, so nobody waits for the sweep."""
        with self.sessions.begin() as db:
            home_answers.hear(db, now=utc_now())

    def turn(self, name: str, does: Round) -> None:
        try:
            does(self.sessions, utc_now())
        except OperationalError:
            raise
        except Exception:  # one round must not silence the others
            log.exception("chore.failed", chore=name)

    def sweep(self) -> None:
        """Whatever is due and was not done: a job was lost with a worker, or a date has passed."""
        now = utc_now()
        with self.sessions.begin() as db:
            cases = dict.fromkeys([*escalation.overdue(db, now=now), *escalation.open_cases(db, rank=0)])
            earlier = now - timedelta(seconds=self.settings.sweep_s)
            waiting, unsent = notices.undelivered(db, before=earlier), sending.due(db, before=earlier)
        self._each(self.tick, list(cases))
        self._each(self.deliver, waiting)
        self._each(self.send, unsent)

    def sweep_wide(self) -> None:
        """What dates change: who answers for whom, and whether somebody has the next shift."""
        with self.sessions.begin() as db:
            cases = escalation.open_cases(db, rank=3)
            ahead = timedelta(hours=self.settings.shift_ahead_h)
            escalation.look_ahead(db, ahead=ahead, now=utc_now())
        self._each(self.tick, cases)

    def wind_up(self, resident: str) -> None:
        """A contract has ended: what its team had open goes to whoever answers now."""
        with self.jobs.counted("wind_up"), self.sessions.begin() as db:
            leaving.wind_up(db, UUID(resident), clocks=self.clocks, now=utc_now())

    def turn_contracts(self) -> None:
        """What fell due: steps of the clock, reminders, complaints that nobody answered."""
        with self.sessions.begin() as db:
            ready = turning.waiting(db, now=utc_now())
            feedback.remind_of_overdue(db, now=utc_now())
        self._each(self.turn_contract, ready)

    def turn_contract(self, resident: str) -> None:
        with self.sessions.begin() as db:
            turning.turn(db, UUID(resident), now=utc_now())

    def _each(self, chore: Callable[[str], None], ids: list[UUID]) -> None:
        for one in ids:
            try:
                chore(str(one))
            except OperationalError as error:
                if not isinstance(error.orig, _WAITED):
                    raise
                log.warning("chore.postponed", chore=chore.__name__, id=str(one))
            except Exception:  # one case must not silence the others
                log.exception("chore.failed", chore=chore.__name__, id=str(one))


def run(
    settings: Settings, stop: Event, *, ready: Callable[[], None], at: Callable[[str], None] = lambda _: None
) -> None:
    """Work until `stop` is set. `ready` is called when jobs are taken, `at` with each named point passed."""
    engine = connect(settings.database_url, pool=_JOBS_AT_ONCE + 4)
    registry = new_registry()
    channels = load(settings.channels) if settings.channels else Channels()
    clocks = casework.clocks_of(settings)
    chores = Chores(sessions(engine), clocks, settings, at, Jobs(registry), channels)
    try:
        with probed(settings.probe_port, registry, lambda: lacks_database(settings.database_url)):
            asyncio.run(_work(chores, stop, ready))
    finally:
        engine.dispose()


async def _work(chores: Chores, stop: Event, ready: Callable[[], None]) -> None:
    loops = [
        asyncio.create_task(_every(_SEAL_S, chores.seal, chores.jobs)),
        asyncio.create_task(_every(_HEAR_S, chores.hear_homes, chores.jobs)),
        asyncio.create_task(_every(chores.settings.sweep_s, chores.sweep, chores.jobs)),
        asyncio.create_task(_every(_WIDE_SWEEP_S, chores.sweep_wide, chores.jobs)),
        asyncio.create_task(_every(_CONTRACTS_S, chores.turn_contracts, chores.jobs)),
        *(
            asyncio.create_task(_every(seconds, partial(chores.turn, name, does), chores.jobs, name=name))
            for name, seconds, does in ROUNDS
        ),
        asyncio.create_task(_take_jobs(chores, stop, ready)),
    ]
    stopping = asyncio.create_task(asyncio.to_thread(stop.wait))
    done, _ = await asyncio.wait([*loops, stopping], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, stopping, return_exceptions=True)
    for ended in done:
        ended.result()  # a loop ends by itself only by a mistake of ours


async def _every(seconds: float, chore: Callable[[], None], jobs: Jobs, *, name: str = "") -> None:
    name = name or chore.__name__
    while True:
        try:
            with jobs.counted(name):
                await asyncio.to_thread(chore)
        except OperationalError as error:
            log.warning("database.lost", chore=name, error=type(error.orig).__name__)
        await asyncio.sleep(seconds)


async def _take_jobs(chores: Chores, stop: Event, ready: Callable[[], None]) -> None:
    """A queue that lost its database is built anew: its pool does not mend by itself. `stop` is asked too: a
    queue that is just failing answers a cancellation with its own error."""
    while not stop.is_set():
        try:
            await _reach(chores.settings.database_url)
            app = queue_of(chores)
            async with app.open_async():
                await _rescue(app)
                ready()
                await app.run_worker_async(
                    queues=[jobs.QUEUE],
                    concurrency=_JOBS_AT_ONCE,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                )
        except (ConnectorException, psycopg.Error) as error:
            log.warning("queue.lost", error=type(error).__name__)
        await asyncio.sleep(_RECONNECT_S)


def queue_of(chores: Chores) -> App:
    """The tasks by the names under which rooms put them down."""
    connector = PsycopgConnector(
        conninfo=chores.settings.database_url,
        kwargs={"options": f"-c search_path={jobs.SCHEMA}"},
        min_size=1,
        max_size=_JOBS_AT_ONCE,
        timeout=5,
    )
    app = App(connector=connector)
    app.task(name=casework.TICK, queue=jobs.QUEUE, retry=_RETRY)(chores.tick)
    app.task(name=book.WIND_UP, queue=jobs.QUEUE, retry=_RETRY)(chores.wind_up)
    app.task(name=notices.DELIVER, queue=jobs.QUEUE, retry=_RETRY)(chores.deliver)
    app.task(name=sending.SEND, queue=jobs.QUEUE, retry=_RETRY)(chores.send)
    return app


async def _reach(database_url: str) -> None:
    """Raises psycopg.Error at once where a pool would try for half a minute."""
    connection = await psycopg.AsyncConnection.connect(database_url, connect_timeout=5)
    await connection.close()


async def _rescue(app: App) -> None:
    """Jobs that a worker took and died with are to do again, and no sooner than they were due: one that comes
    early finds nothing to do and is gone."""
    for job in await app.job_manager.get_stalled_jobs(queue=jobs.QUEUE):
        await app.job_manager.retry_job(job, retry_at=job.scheduled_at)
