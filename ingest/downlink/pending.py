"""What waits for a gateway that asks by itself, read when it asks. Signs, and keeps a connection for it."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from typing import Final
from uuid import UUID

import psycopg
import structlog
from msgspec import Raw
from psycopg import Connection

from device_drivers.wire import downlink
from device_drivers.wire.codec import encode
from ingest.downlink import due, words
from ingest.keys import Keyring

log = structlog.get_logger(__name__)

_MOST: Final = 16
_TIMEOUT: Final = "set statement_timeout = '5s'"


class Pending:
    """Call it with a gateway from any thread; they take turns."""

    def __init__(self, database_url: str, keyring: Keyring) -> None:
        self._url = database_url
        self._keyring = keyring
        self._lock = Lock()
        self._open: Connection | None = None

    def __call__(self, gateway: UUID) -> bytes | None:
        """The message for it; None where the database is away."""
        with self._lock:
            try:
                commands, last = due.of_gateway(self._connected(), gateway, datetime.now(UTC), most=_MOST)
            except psycopg.Error as error:
                log.warning("database.away", error=type(error).__name__)
                self._close()
                return None
        said = tuple(Raw(words.command(command, self._keyring)) for command in commands)
        wanted = None if last is None else Raw(words.configuration(last, self._keyring))
        return encode(downlink.Pending(said, wanted))

    def _connected(self) -> Connection:
        if self._open is None:
            self._open = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
            self._open.execute(_TIMEOUT)
        return self._open

    def close(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None
