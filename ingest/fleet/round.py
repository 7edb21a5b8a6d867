"""A round over the fleet: who is silent and why, one ticket for each cause. One worker at a time."""

from __future__ import annotations

from datetime import datetime

from psycopg import Connection

from ingest.fleet.table import FAILING
from ingest.store import silences
from ingest.watch.silence import judge, listen


def walk(connection: Connection, now: datetime, *, is_listening: bool) -> bool:
    """Judge once; whether it was done. `is_listening`: this worker's ways in are all connected.

    A worker that does not listen says nothing, until nobody else has listened for a while either.
    """
    with connection.transaction(), connection.cursor() as cursor:
        is_ours, watched = silences.watch(cursor)
        watch = listen(watched, now, is_listening=is_listening)
        if not is_ours or watch is None:
            return False
        seen = silences.evidence(cursor, now)
        before = {each.gateway: each.silence for each in seen.watched if each.silence}
        others = silences.failing(cursor, FAILING)
        silences.settle(cursor, before, judge(seen, watch, now), others, now)
        silences.watched(cursor, watch, now)
        return True
