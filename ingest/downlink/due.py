"""What is to be said to gateways now, and when again. Signs nothing and sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg import Connection

from device_drivers.wire.downlink import Order, Wanted

AGAIN: Final = timedelta(seconds=10)
"""After which a command that nobody answered is said once more."""

_FIRST_AGAIN: Final = timedelta(minutes=1)
_LAST_AGAIN: Final = timedelta(hours=1)
_MOST: Final = 200

# One worker says it. Whoever is revoked is told nothing.
_COMMANDS: Final = """
update ingest.command c
set publish_at = case when c.expires_at > %(now)s + %(again)s then %(now)s + %(again)s end
from (
    select id from ingest.command d where publish_at <= %(now)s
      and (expires_at <= %(now)s
           or exists (select from ingest.gateway_key where gateway = d.gateway and revoked_at is null))
    order by issued_at, id limit %(most)s for update skip locked
) due
where c.id = due.id
returning c.gateway, c.id, c.issued_at, c.expires_at, c.wanted
"""

_CONFIGURATIONS: Final = """
update ingest.configuration c
set tries = tries + 1, publish_at = %(now)s + least(%(last)s, %(first)s * power(2, least(tries, 10)))
from (
    select gateway, version from ingest.configuration d where publish_at <= %(now)s
      and exists (select from ingest.gateway_key where gateway = d.gateway and revoked_at is null)
    order by gateway, version limit %(most)s for update skip locked
) due
where c.gateway = due.gateway and c.version = due.version
returning c.gateway, c.version, c.issued_at, c.wanted
"""

_OPEN_COMMANDS: Final = """
select gateway, id, issued_at, expires_at, wanted from ingest.command
where gateway = %(gateway)s and outcome is null and issued_at > %(now)s - interval '15 minutes'
  and expires_at > %(now)s
  and exists (select from ingest.gateway_key where gateway = %(gateway)s and revoked_at is null)
order by issued_at, id limit %(most)s
"""

_LAST_CONFIGURATION: Final = """
select gateway, version, issued_at, wanted from ingest.configuration
where gateway = %(gateway)s
  and exists (select from ingest.gateway_key where gateway = %(gateway)s and revoked_at is null)
order by version desc limit 1
"""


@dataclass(frozen=True, slots=True)
class DueCommand:
    """One command to say."""

    gateway: UUID
    id: UUID
    issued_at: datetime
    expires_at: datetime
    order: Order


@dataclass(frozen=True, slots=True)
class DueConfiguration:
    """One configuration to say."""

    gateway: UUID
    version: int
    issued_at: datetime
    wanted: Wanted


def commands(connection: Connection, now: datetime) -> list[DueCommand]:
    """Those whose moment has come, unexpired, in the order they were given in: a home is told what to do
    before it is asked. Each will be due again until its gateway has answered."""
    values = {"now": now, "again": AGAIN, "most": _MOST}
    due = map(_command, connection.execute(_COMMANDS, values).fetchall())
    alive = [command for command in due if command.expires_at > now]
    return sorted(alive, key=lambda command: command.issued_at)


def configurations(connection: Connection, now: datetime) -> list[DueConfiguration]:
    """Those whose moment has come; again after a minute, two, four, at last each hour."""
    values = {"now": now, "first": _FIRST_AGAIN, "last": _LAST_AGAIN, "most": _MOST}
    return [_configuration(row) for row in connection.execute(_CONFIGURATIONS, values).fetchall()]


def of_gateway(
    connection: Connection, gateway: UUID, now: datetime, *, most: int
) -> tuple[list[DueCommand], DueConfiguration | None]:
    """For a gateway that asks by itself: its unanswered commands, the oldest first, and its configuration."""
    values = {"gateway": gateway, "now": now, "most": most}
    rows = connection.execute(_OPEN_COMMANDS, values).fetchall()
    last = connection.execute(_LAST_CONFIGURATION, values).fetchone()
    return [_command(row) for row in rows], None if last is None else _configuration(last)


def _command(row: Sequence[Any]) -> DueCommand:
    gateway, number, issued_at, expires_at, wanted = row
    return DueCommand(gateway, number, issued_at, expires_at, msgspec.convert(wanted, Order, str_keys=True))


def _configuration(row: Sequence[Any]) -> DueConfiguration:
    gateway, version, issued_at, wanted = row
    return DueConfiguration(gateway, version, issued_at, msgspec.convert(wanted, Wanted))
