"""Looks after the door, beside it: rounds of chores on a connection of their own, one worker at a time.

A chore that fails is told and tried again in the next round; it neither closes the door nor stops the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge
from psycopg import Connection
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled

from ingest.database import Database, StoppedError
from ingest.lineage.lives import LifeEndedError
from ingest.loss.ringing import Ringing
from ingest.store import bells, watching
from ingest.store import rounds as rows

log = structlog.get_logger(__name__)

EVERY_S: Final = 10.0

_POSTPONED: Final = (DeadlockDetected, LockNotAvailable, QueryCanceled)
"""Somebody else was at it, or it was too much for one statement; the database itself is there."""

Chore = Callable[[Connection, datetime], None]
"""Does its part in transactions of its own, bounded, so that doing it twice changes nothing."""


class Rounds:
    """Walked by each worker; whoever is not first finds the chores taken and only reads what rings."""

    def __init__(
        self,
        database: Database,
        chores: Mapping[str, Chore],
        registry: CollectorRegistry,
        *,
        stop: Event,
        name: str,
    ) -> None:
        """`name`: of this worker, by which it is missed."""
        self._database = database
        self._chores = chores
        self._figures = _Figures(registry)
        self._stop = stop
        self._name = name

    def run(self) -> None:
        """Until stopped."""
        try:
            while not self._stop.is_set():
                self._walk_on()
                self._stop.wait(EVERY_S)
        except StoppedError:
            log.info("rounds.stopped")
        finally:
            self._say_goodbye(datetime.now(UTC))
            self._database.close()

    def end(self) -> None:
        """From another thread: be stopped, and give up the statement that a chore is at; it is done again."""
        self._stop.set()
        self._database.interrupt()

    def _say_goodbye(self, now: datetime) -> None:
        with suppress(LifeEndedError):  # the next life begins under the same name
            self._database.attempt(lambda connection, _: watching.goodbye(connection, self._name, now))

    def _walk_on(self) -> None:
        try:
            self.walk(datetime.now(UTC))
        except StoppedError:
            raise
        except Exception:  # whatever it was, the door stays open
            self._figures.failed.labels("round").inc()
            log.exception("round.failed")

    def walk(self, now: datetime) -> None:
        """One round. Raises StoppedError."""
        self._database.run(lambda connection, _: watching.beat(connection, self._name, now))
        if self._database.run(lambda connection, _: rows.take(connection)):
            for name, chore in self._chores.items():
                self._do(name, chore, now)
            self._database.run(lambda connection, _: rows.leave(connection))
        self._figures.show(self._database.run(lambda connection, _: bells.standing(connection)))
        since = self._database.run(lambda connection, _: watching.waiting_since(connection))
        self._figures.lag.set((now - since).total_seconds() if since else 0)

    def _do(self, name: str, chore: Chore, now: datetime) -> None:
        try:
            self._database.run(lambda connection, _: _done(connection, name, chore, now))
        except StoppedError:
            raise
        except Exception:  # the door stays open, and the other chores are done
            self._figures.failed.labels(name).inc()
            log.exception("chore.failed", chore=name)


def _done(connection: Connection, name: str, chore: Chore, now: datetime) -> None:
    try:
        chore(connection, now)
    except _POSTPONED as error:
        log.warning("chore.postponed", chore=name, error=type(error).__name__)
    else:
        rows.done(connection, name, now)


class _Figures:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.failed = Counter(
            "hearthline_ingest_chores_failed", "Chores of rounds that failed.", ["chore"], registry=registry
        )
        self.lag = Gauge(
            "hearthline_ingest_horizon_lag_seconds",
            "For how long a committed reading waits for some other transaction to end.",
            registry=registry,
        )
        self._ringing = Gauge(
            "hearthline_ingest_alarms", "Alarms that stand.", ["code", "kind"], registry=registry
        )

    def show(self, ringing: list[Ringing]) -> None:
        self._ringing.clear()
        for each in ringing:
            self._ringing.labels(each.code, each.kind).inc()
