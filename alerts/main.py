"""Puts the engine's process together: a database, an ear for new readings, and the loop."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Final

import psycopg
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy import Engine as Database
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import sessionmaker

from alerts.care import CareFactory
from alerts.engine import Engine
from alerts.engine_settings import Settings
from alerts.store.away import AWAY
from ingest.probe import lacks_database, new_registry, probed

log = structlog.get_logger(__name__)

CHANNEL: Final = "readings"
"""On which ingest tells of each commit; a word may be lost, so we look each second as well."""

_POLL_S: Final = 1.0
_RETRY_S: Final = 0.2
_LAG: Final = timedelta(seconds=5)
_ALARM_EVERY_S: Final = 10.0

# A transaction that hangs would hold back every reader's horizon (design §3, cursors).
_GUARDS: Final = "-c timezone=UTC -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s"


def run(
    settings: Settings,
    care: CareFactory,
    *,
    at: Callable[[str], None],
    stop: Event,
    ready: Callable[[], None],
) -> None:
    """Judge until `stop` is set; the transaction in hand is finished then. `ready` is told once."""
    calm_collector()
    database = connect(settings.database_url)
    engine = Engine(
        sessionmaker(database, expire_on_commit=False),
        care,
        at=at,
        shards=settings.shards,
        batch=settings.batch,
        remembered=settings.remembered,
    )
    registry = new_registry()
    figures = Figures(registry)
    try:
        with probed(settings.probe_port, registry, lambda: lacks_database(settings.database_url)):
            while not stop.is_set():
                try:
                    with _ear(settings.database_url) as ear:
                        ready()
                        _work(engine, ear, stop, figures)
                except AWAY as error:
                    log.warning("database.away", error=type(error).__name__)
                    database.dispose()
                    stop.wait(_RETRY_S)
    finally:
        database.dispose()


class Figures:
    """What the engine counts of its work, for Prometheus."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.events = Counter(
            "hearthline_alerts_events", "Readings, answers and endings judged.", registry=registry
        )
        self.lag = Gauge(
            "hearthline_alerts_horizon_lag_seconds",
            "For how long a committed reading waits for some other transaction to end.",
            registry=registry,
        )


def calm_collector() -> None:
    """Courses hold no cycles, so looking for some in a hundred thousand live readings is lost time."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def connect(database_url: str) -> Database:
    """`database_url` as libpq understands it."""
    url = make_url(database_url).set(drivername="postgresql+psycopg")
    return create_engine(url, pool_size=1, max_overflow=1, connect_args={"options": _GUARDS})


@contextmanager
def _ear(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True, connect_timeout=5) as connection:
        connection.execute(f"listen {CHANNEL}".encode())
        yield connection


def _work(engine: Engine, ear: psycopg.Connection, stop: Event, figures: Figures) -> None:
    alarmed = -_ALARM_EVERY_S
    while not stop.is_set():
        now = datetime.now(UTC)
        if judged := engine.step(now):
            figures.events.inc(judged)
            continue
        lag = engine.lag(now)
        figures.lag.set(lag.total_seconds())
        if lag > _LAG and time.monotonic() - alarmed >= _ALARM_EVERY_S:
            alarmed = time.monotonic()
            log.error("horizon.lagging", seconds=round(lag.total_seconds()))
        for _ in ear.notifies(timeout=_POLL_S, stop_after=1):
            pass
