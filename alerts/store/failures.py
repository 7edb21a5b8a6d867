"""What could not be judged: which reading and what kind of error, never a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection

_NOTE: Final = """
insert into alerts.alert_failures (resident, reading, tx, seq, error, at)
values (%s, %s, %s::text::xid8, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """`reading`, `tx` and `seq` are None where not a reading failed but what time or care should do."""

    resident: UUID
    error: str
    reading: UUID | None = None
    tx: int | None = None
    seq: int | None = None


def note(connection: Connection, failures: Iterable[Failure], now: datetime) -> None:
    rows = [
        (each.resident, each.reading, None if each.tx is None else str(each.tx), each.seq, each.error, now)
        for each in failures
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_NOTE, rows)
