"""Gives a gateway its settings from afar: each version is a row, and the highest is the one that counts."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from psycopg import Connection

from device_drivers.wire.codec import encode
from device_drivers.wire.downlink import Wanted
from ingest.store.steps import Deed

# The gateway's row is the lock: two that configure it at once get two versions. Not a stronger one: whoever
# notes a heartbeat inserts rows that name this one.
_LOCK: Final = "select from ingest.gateway where id = %(gateway)s for no key update"

_SUPERSEDE: Final = "update ingest.configuration set publish_at = null where gateway = %(gateway)s"

_GIVE: Final = """
insert into ingest.configuration (gateway, version, wanted, by, why, issued_at, publish_at)
select %(gateway)s, coalesce(max(version), 0) + 1, %(wanted)s::jsonb, %(by)s, %(why)s, %(now)s, %(now)s
from ingest.configuration where gateway = %(gateway)s
returning version
"""


class UnknownGatewayError(Exception):
    """No gateway of that id was ever enrolled."""


def give(connection: Connection, gateway: UUID, wanted: Wanted, deed: Deed) -> int:
    """Want these settings, and nothing else, over what was installed; the version. Raises
    UnknownGatewayError."""
    values = {
        "gateway": gateway,
        "wanted": encode(wanted).decode(),
        "by": deed.by,
        "why": deed.why,
        "now": deed.at,
    }
    with connection.transaction():
        if not connection.execute(_LOCK, values).rowcount:
            raise UnknownGatewayError
        connection.execute(_SUPERSEDE, values)
        row = connection.execute(_GIVE, values).fetchone()
        assert row is not None  # noqa: S101 - an insert returns its row
        return int(row[0])
