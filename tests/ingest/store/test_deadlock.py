"""Why every multi-row insert is sorted by key: two connections, the same keys, opposite orders."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import psycopg

from ingest.store.readings import IDENTIFY as SORTED
from tests.ingest.making import NOON

UNSORTED = SORTED.replace("order by n.meter, n.reading_id", "")

# A trigger slows each row down, so that two statements surely overlap; the database waits, not the test.
SLOWLY = """
create function slowly() returns trigger language plpgsql as
$$ begin perform pg_sleep(0.05); return new; end $$;
create trigger slowly before insert on ingest.reading_identity for each row execute function slowly();
"""

KEYS = [UUID(int=number) for number in range(1, 9)]


def insert(url: str, statement: str, keys: list[UUID], start: Barrier) -> str:
    with psycopg.connect(url) as connection:
        columns = [["meter"] * len(keys), keys, [NOON] * len(keys), [None] * len(keys)]
        start.wait(timeout=10)
        try:
            connection.execute(statement.encode(), columns)
        except psycopg.errors.DeadlockDetected:
            return "deadlock"
    return "stored"


def race(url: str, statement: str) -> list[str]:
    """Both orders at once."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SLOWLY)
    start = Barrier(2)
    with ThreadPoolExecutor(2) as threads:
        runs = [threads.submit(insert, url, statement, keys, start) for keys in (KEYS, list(reversed(KEYS)))]
        return sorted(run.result(timeout=60) for run in runs)


def test_unsorted_inserts_deadlock(database_url: str) -> None:
    assert race(database_url, UNSORTED) == ["deadlock", "stored"]


def test_ours_do_not(database_url: str) -> None:
    assert race(database_url, SORTED) == ["stored", "stored"]
