"""How far each shard has been judged, and may be: never past a transaction that may still commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from psycopg import Connection

_TAKE: Final = """
select shard, tx::text::bigint, steps from alerts.cursor where shard = any(%s) order by shard
for update skip locked
"""

_HORIZON: Final = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"

_ADVANCE: Final = (
    "update alerts.cursor set tx = greatest(tx, %s::text::xid8), steps = steps + 1 where shard = any(%s)"
)

_WAITING: Final = "select min(stored_at) from ingest.readings where tx >= %s::text::xid8"


class Place(NamedTuple):
    """All that transactions before `tx` stored is judged; `steps` tells whether anybody has worked since."""

    tx: int
    steps: int


def take(connection: Connection, shards: Iterable[int]) -> dict[int, Place]:
    """The cursors of those shards that no other engine holds; ours until the transaction ends."""
    return {shard: Place(tx, steps) for shard, tx, steps in connection.execute(_TAKE, (list(shards),))}


def horizon(connection: Connection) -> int:
    """All transactions before this one have ended: nothing that they stored can appear later."""
    row = connection.execute(_HORIZON).fetchone()
    return 0 if row is None else int(row[0])


def advance(connection: Connection, taken: Mapping[int, Place], upper: int) -> dict[int, Place]:
    """All before `upper` is judged; where the cursors stand now."""
    connection.execute(_ADVANCE, (str(upper), list(taken)))
    return {shard: Place(max(place.tx, upper), place.steps + 1) for shard, place in taken.items()}


def oldest_beyond(connection: Connection, horizon: int) -> datetime | None:
    """When the oldest reading was stored that is committed and still waits for another transaction to end."""
    row = connection.execute(_WAITING, (str(horizon),)).fetchone()
    return None if row is None else row[0]
