"""The facts that watching decides by, and the workers' own rows. Decides nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from psycopg import Connection
from psycopg.rows import args_row

from device_drivers.wire.codec import MAX_MESSAGE
from ingest.door.quarantine import CAP
from ingest.watch.watching import Facts, OffClock, Unsaving, Use, WorkerSeen

_CLOCKS: Final = """
select gateway, off_since, heard_at, extract(epoch from said_at - heard_at)::bigint
from ingest.gateway_state where off_since is not null order by gateway
"""

_TROUBLES: Final = """
select gateway, trouble_since, trouble from ingest.gateway_state where trouble is not null order by gateway
"""

_USES: Final = """
select source, bytes, turned_away from ingest.quarantine_use where bytes > %s order by source
"""

_WORKERS: Final = "select name, beat_at, stopped_at from ingest.worker order by name"

# As the readers of `alerts` see it: a row of a transaction before the oldest open one may be read.
_WAITING: Final = """
select min(stored_at) from (
    select stored_at from ingest.readings where tx >= pg_snapshot_xmin(pg_current_snapshot())
    union all
    select stored_at from ingest.unattributed where tx >= pg_snapshot_xmin(pg_current_snapshot())
) as rows
"""

_BEAT: Final = """
insert into ingest.worker as w (name, started_at, beat_at) values (%(name)s, %(now)s, %(now)s)
on conflict (name) do update
set beat_at = excluded.beat_at, stopped_at = null,
    started_at = case when w.stopped_at is null then w.started_at else excluded.started_at end
"""


def facts(connection: Connection) -> Facts:
    """As they are now."""
    with (
        connection.cursor(row_factory=args_row(OffClock)) as clocks,
        connection.cursor(row_factory=args_row(Unsaving)) as unsaving,
        connection.cursor(row_factory=args_row(Use)) as uses,
        connection.cursor(row_factory=args_row(WorkerSeen)) as workers,
    ):
        return Facts(
            clocks=tuple(clocks.execute(_CLOCKS)),
            unsaving=tuple(unsaving.execute(_TROUBLES)),
            uses=tuple(uses.execute(_USES, (CAP - MAX_MESSAGE,))),
            workers=tuple(workers.execute(_WORKERS)),
            waiting_since=waiting_since(connection),
            database_at=_clock(connection),
        )


def waiting_since(connection: Connection) -> datetime | None:
    """When the oldest reading was stored that is committed and waits for another transaction to end."""
    row = connection.execute(_WAITING).fetchone()
    return None if row is None else row[0]


def _clock(connection: Connection) -> datetime:
    row = connection.execute("select clock_timestamp()").fetchone()
    if row is None or not isinstance(row[0], datetime):
        raise TypeError("the database has no clock")
    return row[0]


def beat(connection: Connection, name: str, now: datetime) -> None:
    """This worker is at work."""
    connection.execute(_BEAT, {"name": name, "now": now})


def goodbye(connection: Connection, name: str, now: datetime) -> None:
    """It ends by itself, so nobody need look for it."""
    connection.execute("update ingest.worker set stopped_at = %s where name = %s", (now, name))


def forget(connection: Connection, name: str) -> bool:
    """A worker that is gone for good; whether there was one."""
    return connection.execute("delete from ingest.worker where name = %s", (name,)).rowcount > 0
