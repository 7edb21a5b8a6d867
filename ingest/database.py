"""The worker's connection, made anew whenever it breaks. What was not committed is done again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import psycopg
import structlog
from psycopg import Connection

from ingest.lineage.identity import identity
from ingest.lineage.lives import Watch
from ingest.store.group import Store

log = structlog.get_logger(__name__)

T = TypeVar("T")

_RETRY_S: Final = 0.2
_INTERRUPT_S: Final = 2.0

# Connection lost, deadlock, timeout; a transaction that outlived its guard; a connection closed in between.
_AWAY: Final = (psycopg.OperationalError, psycopg.InternalError, psycopg.InterfaceError)

# A transaction that hangs would hold back every reader's horizon (design §3, cursors).
_GUARDS: Final = (
    "set idle_in_transaction_session_timeout = '10s'",
    "set statement_timeout = '30s'",
    "set timezone = 'UTC'",
)


class StoppedError(RuntimeError):
    """The worker was stopped while the database was away; nothing is known to be committed."""


class Database:
    """One connection with its store. `at` is told of crash points."""

    def __init__(
        self,
        url: str,
        *,
        lineage: int,
        region: ZoneInfo,
        stop: Event,
        at: Callable[[str], None],
        watch: Watch | None = None,
    ) -> None:
        self._url = url
        self._lineage = lineage
        self._region = region
        self._stop = stop
        self._at = at
        self._watch = watch
        self._open: tuple[Connection, Store] | None = None

    def run(self, action: Callable[[Connection, Store], T]) -> T:
        """Carry out an action that may be repeated, anew after each broken connection, deadlock or timeout.
        Raises StoppedError, and LifeEndedError where another database answers than the one of our lineage."""
        while not self._stop.is_set():
            try:
                return action(*self._connected())
            except _AWAY as error:
                log.warning("database.away", error=type(error).__name__)
                self.close()
                self._stop.wait(_RETRY_S)
        raise StoppedError

    def attempt(self, action: Callable[[Connection, Store], T]) -> T | None:
        """Once, though it was stopped; None where the database is away."""
        try:
            return action(*self._connected())
        except _AWAY as error:
            log.warning("database.away", error=type(error).__name__)
            self.close()
            return None

    def interrupt(self) -> None:
        """From another thread: the statement that this one is at fails with QueryCanceled."""
        if (held := self._open) is not None:
            with suppress(psycopg.Error):  # it is closed, or away: nothing is under way there
                held[0].cancel_safe(timeout=_INTERRUPT_S)

    def close(self) -> None:
        if self._open is not None:
            self._open[0].close()
            self._open = None

    def _connected(self) -> tuple[Connection, Store]:
        if self._open is None:
            connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            store = Store(connection, lineage=self._lineage, region=self._region, at=self._at)
            self._open = connection, store
        return self._open

    def _prepare(self, connection: Connection) -> None:
        for guard in _GUARDS:
            connection.execute(guard)
        if self._watch is not None:
            self._watch.meet(identity(connection))
