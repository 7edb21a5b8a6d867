"""Gives orders to gateways, in the caller's transaction. Sends and signs nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from psycopg import Connection

from device_drivers.wire.codec import encode
from device_drivers.wire.downlink import LONGEST, Order

_GIVE: Final = """
insert into ingest.command (id, gateway, wanted, issued_at, expires_at, publish_at)
values (%(id)s, %(gateway)s, %(wanted)s::jsonb, %(now)s, %(until)s, %(now)s)
"""

_GATEWAYS: Final = "select id from ingest.gateway where home = %s order by id"


def give(
    connection: Connection, gateway: UUID, order: Order, *, now: datetime, lives: timedelta = LONGEST
) -> UUID:
    """Ask one gateway, for so long at most; the command's id, by which its outcome is found."""
    command = uuid4()
    wanted = encode(order).decode()
    until = now + min(lives, LONGEST)
    values = {"id": command, "gateway": gateway, "wanted": wanted, "now": now, "until": until}
    connection.execute(_GIVE, values)
    return command


def give_home(
    connection: Connection, home: UUID, order: Order, *, now: datetime, lives: timedelta = LONGEST
) -> list[UUID]:
    """Ask every gateway of a home; empty where it has none."""
    gateways = [gateway for (gateway,) in connection.execute(_GATEWAYS, (home,)).fetchall()]
    return [give(connection, gateway, order, now=now, lives=lives) for gateway in gateways]
