"""What the server of a copy would not have: rows that stay, so that nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg import Connection
from psycopg.rows import args_row

from ingest.influx.point import Key, name_of, second_of

_NOTE: Final = """
insert into ingest.projection_refusal (name, point, reason, taken_at, first_at, last_at)
values (%(name)s, %(point)s, %(reason)s, %(taken_at)s, %(now)s, %(now)s)
on conflict (name, point) do update
set reason = excluded.reason, last_at = excluded.last_at, times = projection_refusal.times + 1,
    settled_at = null
"""

_SETTLE: Final = """
update ingest.projection_refusal set settled_at = %s
where name = %s and point = any(%s) and settled_at is null
"""

_SETTLE_BEFORE: Final = """
update ingest.projection_refusal set settled_at = %(now)s
where name = %(name)s and settled_at is null and last_at < %(now)s
  and taken_at >= %(since)s and taken_at < %(until)s
"""

_SETTLE_ALL: Final = """
update ingest.projection_refusal set settled_at = %s where name = %s and settled_at is null
"""

_STANDING: Final = "select point from ingest.projection_refusal where name = %s and settled_at is null"

_LIST: Final = """
select name, point, reason, taken_at, first_at, last_at, times, settled_at from ingest.projection_refusal
where settled_at is null or %s order by last_at desc, point limit %s
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """`settled_at` is None while the copy goes without it."""

    name: str
    point: str
    reason: str
    taken_at: datetime
    first_at: datetime
    last_at: datetime
    times: int
    settled_at: datetime | None


class Refusals:
    """Of one copy, over a connection that commits by itself."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    def note(self, key: Key, reason: str, now: datetime) -> None:
        values = {"name": self._name, "point": name_of(key), "reason": reason, "now": now}
        self._connection.execute(_NOTE, {**values, "taken_at": second_of(key.at)})

    def settle(self, points: Collection[str], now: datetime) -> None:
        """These are in the copy after all."""
        self._connection.execute(_SETTLE, (now, self._name, list(points)))

    def settle_before(self, now: datetime, since: datetime, until: datetime) -> None:
        """Everything taken in this time was tried at `now`: what was not refused then is wanted no more."""
        values = {"name": self._name, "now": now, "since": since, "until": until}
        self._connection.execute(_SETTLE_BEFORE, values)

    def settle_all(self, now: datetime) -> None:
        """The copy begins anew, and so does what it refuses."""
        self._connection.execute(_SETTLE_ALL, (now, self._name))

    def standing(self) -> set[str]:
        return {point for (point,) in self._connection.execute(_STANDING, (self._name,))}


def listed(connection: Connection, most: int, *, settled: bool) -> list[Refusal]:
    """Those that stand, and if asked for those that are settled too; the last one first."""
    with connection.cursor(row_factory=args_row(Refusal)) as rows:
        return rows.execute(_LIST, (settled, most)).fetchall()
