"""The table of alarms: what begins, goes on and ends is noted as it was decided. Rings for nobody itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import args_row

from ingest.loss.ringing import Bell, Change, Ringing, change

_STANDING: Final = """
select code, severity, subject, what, since, last_seen, gateway from ingest.alarm
where cleared_at is null
"""

_IN_ORDER: Final = " order by severity = 'security' desc, since, code, subject"

_OF_CODES: Final = " and code = any(%s)"
_OF_GATEWAYS: Final = " and gateway = any(%s)"

# Another round may have begun the same one a moment ago.
_BEGIN: Final = """
insert into ingest.alarm (code, severity, subject, what, since, last_seen, gateway)
values (%(code)s, %(kind)s, %(subject)s, %(what)s, coalesce(%(since)s, %(now)s), %(now)s, %(gateway)s)
on conflict (code, subject) where cleared_at is null do nothing
"""

_STILL: Final = """
update ingest.alarm set last_seen = %(now)s, what = %(what)s
where code = %(code)s and subject = %(subject)s and cleared_at is null
"""

_END: Final = """
update ingest.alarm set cleared_at = %(now)s
where code = %(code)s and subject = %(subject)s and cleared_at is null
"""


def standing(connection: Connection) -> list[Ringing]:
    """All that rings, security first and the oldest before the newer."""
    with connection.cursor(row_factory=args_row(Ringing)) as cursor:
        return cursor.execute(_STANDING + _IN_ORDER).fetchall()


def note(
    cursor: Cursor,
    found: Sequence[Bell],
    now: datetime,
    *,
    codes: Collection[str],
    gateways: Collection[UUID] | None = None,
) -> Change:
    """Bring the table to what was found. `codes` and, unless all were looked at, `gateways` say what of:
    whatever else rings goes on ringing."""
    made = change(_standing_of(cursor, codes, gateways), found)
    for statement, bells in ((_BEGIN, made.begin), (_STILL, made.still)):
        for bell in bells:
            cursor.execute(statement, {**_row(bell), "now": now})
    for each in made.end:
        cursor.execute(_END, {"code": each.code, "subject": each.subject, "now": now})
    return made


def _standing_of(cursor: Cursor, codes: Collection[str], gateways: Collection[UUID] | None) -> list[Ringing]:
    query, given = _STANDING + _OF_CODES, [list(codes)]
    with cursor.connection.cursor(row_factory=args_row(Ringing)) as rows:
        if gateways is None:
            return rows.execute(query, given).fetchall()
        return rows.execute(query + _OF_GATEWAYS, [*given, list(gateways)]).fetchall()


def _row(bell: Bell) -> dict[str, object]:
    return {
        "code": bell.code,
        "kind": bell.kind,
        "subject": bell.subject,
        "what": bell.what,
        "since": bell.since,
        "gateway": bell.gateway,
    }
