"""The quarantine's rows: the same bytes once per source, and no source over its cap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg import Cursor

from ingest.door.quarantine import CAP, Evidence

_OPEN: Final = """
insert into ingest.quarantine_use (source, bytes, turned_away)
select source, 0, 0 from unnest(%s::text[]) as n (source) order by source
on conflict do nothing
"""

_LOCK: Final = """
select source, bytes from ingest.quarantine_use where source = any(%s) order by source for update
"""

_AGAIN: Final = """
update ingest.quarantine set times = times + 1, last_at = %s
where source = %s and kind = %s and digest = %s
"""

_KEEP: Final = """
insert into ingest.quarantine (source, kind, reason, payload, size, digest,
                               gateway, stream, seq, reading_id, first_at, last_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

_USE: Final = "update ingest.quarantine_use set bytes = bytes + %s where source = %s"

_TURN_AWAY: Final = "update ingest.quarantine_use set turned_away = turned_away + 1 where source = %s"


def keep(cursor: Cursor, items: Sequence[Evidence], now: datetime, *, cap: int = CAP) -> list[bool]:
    """Keep each item and say whether it is kept now; one over its source's cap is turned away and counted."""
    if not items:
        return []
    sources = sorted({item.source for item in items})
    cursor.execute(_OPEN, (sources,))
    used: dict[str, int] = dict(cursor.execute(_LOCK, (sources,)).fetchall())
    return [_keep_one(cursor, item, now, used=used, cap=cap) for item in items]


def _keep_one(cursor: Cursor, item: Evidence, now: datetime, *, used: dict[str, int], cap: int) -> bool:
    if cursor.execute(_AGAIN, (now, item.source, item.kind, item.digest)).rowcount:
        return True
    if used[item.source] + len(item.payload) > cap:
        cursor.execute(_TURN_AWAY, (item.source,))
        return False
    used[item.source] += len(item.payload)
    cursor.execute(_USE, (len(item.payload), item.source))
    place = (item.gateway, item.stream, item.seq, item.reading_id)
    cursor.execute(
        _KEEP, (item.source, item.kind, item.reason, item.payload, item.size, item.digest, *place, now, now)
    )
    return True
