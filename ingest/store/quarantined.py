"""What stands in quarantine, for people who look after it. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

_LIST: Final = """
select id, kind, source, gateway, reason, size, times, first_at, last_at
from ingest.quarantine order by last_at desc, id desc limit %s
"""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One item, without its bytes. `size` is in bytes, `times` how often it came."""

    id: int
    kind: str
    source: str
    gateway: UUID | None
    reason: str
    size: int
    times: int
    first_at: datetime
    last_at: datetime


def quarantined(connection: Connection, most: int) -> list[Quarantined]:
    """The items seen last, at most so many."""
    with connection.cursor(row_factory=class_row(Quarantined)) as cursor:
        return cursor.execute(_LIST, (most,)).fetchall()
