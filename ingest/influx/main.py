"""Puts the copying process together: a database, an ear for commits, the bucket, and the loop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event
from typing import Final

import structlog
from psycopg import Connection

from ingest.influx.bucket import AwayError, Bucket
from ingest.influx.projection import Projection, alone
from ingest.influx.settings import Settings
from ingest.store.group import CHANNEL

log = structlog.get_logger(__name__)

_POLL_S: Final = 1.0
_FIRST_REST_S: Final = 0.5
_LONGEST_REST_S: Final = 30.0


def open_bucket(settings: Settings) -> Bucket:
    token = settings.token.get_secret_value()
    return Bucket(settings.url, token=token, org=settings.org, name=settings.bucket)


def run(settings: Settings, connection: Connection, stop: Event, *, ready: Callable[[], None]) -> None:
    """Copy until stopped, over a connection that commits by itself. Raises BusyError, WrongSettingError."""
    with open_bucket(settings) as bucket, alone(connection):
        connection.execute(f"listen {CHANNEL}".encode())
        ready()
        follow(connection, Projection(connection, bucket, keeps=settings.keeps), stop)


def follow(connection: Connection, projection: Projection, stop: Event) -> None:
    """Copy what comes. A server that is away is tried again, ever less often; nothing is lost meanwhile."""
    rest = _FIRST_REST_S
    while not stop.is_set():
        try:
            copied = projection.step(datetime.now(UTC))
        except AwayError as error:
            log.warning("influx.away", error=str(error), again_in_s=rest)
            stop.wait(rest)
            rest = min(2 * rest, _LONGEST_REST_S)
            continue
        rest = _FIRST_REST_S
        if not copied:
            for _ in connection.notifies(timeout=_POLL_S, stop_after=1):
                pass
