"""Puts the copying process together: a database, an ear for commits, the bucket, and the loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Final, Protocol
from zoneinfo import ZoneInfo

import structlog
from psycopg import Connection

from ingest.influx.daily import Daily
from ingest.influx.projection import Projection, alone
from ingest.influx.settings import Settings
from ingest.influx.troubles import AwayError
from ingest.store.group import CHANNEL

if TYPE_CHECKING:
    from ingest.influx.bucket import Bucket

log = structlog.get_logger(__name__)

_POLL_S: Final = 1.0
_FIRST_REST_S: Final = 0.5
_LONGEST_REST_S: Final = 30.0


class Follower(Protocol):
    def step(self, now: datetime) -> int:
        """Take over what was stored next; how many readings. Raises AwayError."""
        ...


def open_bucket(settings: Settings) -> Bucket:
    return _open(settings, settings.bucket)


def open_daily(settings: Settings) -> Bucket:
    return _open(settings, settings.daily_bucket)


def _open(settings: Settings, name: str) -> Bucket:
    from ingest.influx.bucket import Bucket  # noqa: PLC0415 - the client and numpy: a third of a worker's start

    return Bucket(settings.url, token=settings.token.get_secret_value(), org=settings.org, name=name)


def run(
    settings: Settings, connection: Connection, stop: Event, *, region: ZoneInfo, ready: Callable[[], None]
) -> None:
    """Copy until stopped, over a connection that commits by itself. `region` says where a day begins.

    Raises BusyError, WrongSettingError.
    """
    with open_bucket(settings) as bucket, open_daily(settings) as days, alone(connection):
        connection.execute(f"listen {CHANNEL}".encode())
        ready()
        copy = Projection(connection, bucket, keeps=settings.keeps)
        follow(connection, [copy, Daily(connection, days, region)], stop)


def follow(connection: Connection, followers: Sequence[Follower], stop: Event) -> None:
    """Copy what comes. A server that is away is tried again, ever less often; nothing is lost meanwhile."""
    rest = _FIRST_REST_S
    while not stop.is_set():
        try:
            copied = sum(follower.step(datetime.now(UTC)) for follower in followers)
        except AwayError as error:
            log.warning("influx.away", error=str(error), again_in_s=rest)
            stop.wait(rest)
            rest = min(2 * rest, _LONGEST_REST_S)
            continue
        rest = _FIRST_REST_S
        if not copied:
            for _ in connection.notifies(timeout=_POLL_S, stop_after=1):
                pass
