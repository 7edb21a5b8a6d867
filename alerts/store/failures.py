"""What could not be judged: which reading and what kind of error, never a value. Written and listed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

_NOTE: Final = """
insert into alerts.alert_failures (resident, reading, tx, seq, error, at)
values (%s, %s, %s::text::xid8, %s, %s, %s)
"""


# Whose meters stand in homes of these institutions; null is everybody.
_WITHIN: Final = """
(%(institutions)s::uuid[] is null or resident in (
    select b.resident from ingest.meter_binding b join ingest.home h on h.id = b.home
    where h.institution = any(%(institutions)s)
))
"""

_LIST: Final = f"""
select id, resident, reading, error, at from alerts.alert_failures
where (%(after)s::bigint is null or id < %(after)s) and {_WITHIN}
order by id desc limit %(most)s
"""  # noqa: S608 - our own words

_COUNT: Final = f"""
select count(*) from alerts.alert_failures where at >= %(since)s and {_WITHIN}
"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Failure:
    """`reading`, `tx` and `seq` are None where not a reading failed but what time or care should do."""

    resident: UUID
    error: str
    reading: UUID | None = None
    tx: int | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A failure as it was written down. `reading` is None where time or care failed, not a reading."""

    id: int
    resident: UUID
    reading: UUID | None
    error: str
    at: datetime


def noted(
    connection: Connection, institutions: tuple[UUID, ...] | None, *, most: int, after: int | None = None
) -> list[Noted]:
    """Those written down before `after`, the newest first; of these institutions' residents."""
    wanted = {"institutions": _listed(institutions), "most": most, "after": after}
    with connection.cursor(row_factory=class_row(Noted)) as cursor:
        return cursor.execute(_LIST, wanted).fetchall()


def count(connection: Connection, institutions: tuple[UUID, ...] | None, *, since: datetime) -> int:
    row = connection.execute(_COUNT, {"institutions": _listed(institutions), "since": since}).fetchone()
    return 0 if row is None else int(row[0])


def _listed(institutions: tuple[UUID, ...] | None) -> list[UUID] | None:
    return None if institutions is None else list(institutions)


def note(connection: Connection, failures: Iterable[Failure], now: datetime) -> None:
    rows = [
        (each.resident, each.reading, None if each.tx is None else str(each.tx), each.seq, each.error, now)
        for each in failures
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_NOTE, rows)
