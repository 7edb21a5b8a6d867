"""Which history a database has: PostgreSQL's number of the cluster and of the timeline. Judges nothing.

A restore and a promotion begin a new timeline; a server that was filled afresh has another cluster's number.
"""

from __future__ import annotations

from typing import Final

from psycopg import Connection

# `pg_control_checkpoint` would still name the old timeline for a while after a promotion.
_IDENTITY: Final = """
select (select system_identifier from pg_control_system())::text,
       ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
"""


def cluster_and_timeline(connection: Connection) -> tuple[str, int]:
    """Of a server that is not in recovery."""
    ((cluster, timeline),) = connection.execute(_IDENTITY)
    return cluster, timeline


def identity(connection: Connection) -> str:
    """Both in one word."""
    cluster, timeline = cluster_and_timeline(connection)
    return f"{cluster}/{timeline}"
