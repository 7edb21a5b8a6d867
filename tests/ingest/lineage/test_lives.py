"""When a lineage ends, and what the next one says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from ingest.lineage.identity import identity
from ingest.lineage.life import FIRST, Restored, change_life, read_life
from ingest.lineage.lives import LifeEndedError, Watch, succeed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_lineage_is_bound_to_the_first_database_that_it_meets(tmp_path: Path) -> None:
    Watch(tmp_path, 1).meet("7/1")
    assert read_life(tmp_path) == replace(FIRST, database="7/1")
    Watch(tmp_path, 1).meet("7/1")


@pytest.mark.parametrize("other", ["7/2", "8/1"], ids=["promoted", "filled afresh"])
def test_a_database_of_another_history_ends_the_lineage(tmp_path: Path, other: str) -> None:
    Watch(tmp_path, 1).meet("7/1")
    with pytest.raises(LifeEndedError) as ended:
        Watch(tmp_path, 1).meet(other)
    assert ended.value.database == other


def test_a_promotion_begins_a_lineage_that_knows_only_what_all_backups_hold(tmp_path: Path) -> None:
    safe = datetime(2026, 2, 1, tzinfo=UTC)
    change_life(tmp_path, lambda _: replace(FIRST, safe_before=safe, database="7/1"))
    life = succeed(tmp_path, "7/2", NOW)
    assert (life.n, life.database, life.safe_before) == (2, "7/2", safe)
    assert life.restores == (Restored(2, since=safe, until=NOW),)


def test_of_two_workers_that_meet_a_promoted_database_one_begins_the_lineage(tmp_path: Path) -> None:
    Watch(tmp_path, 1).meet("7/1")
    assert succeed(tmp_path, "7/2", NOW) == succeed(tmp_path, "7/2", NOW)


def test_a_restore_ends_the_life_of_a_worker_that_was_not_stopped(tmp_path: Path) -> None:
    change_life(tmp_path, lambda _: replace(FIRST, n=2, database="7/2"))
    with pytest.raises(LifeEndedError):
        Watch(tmp_path, 1).read()
    assert succeed(tmp_path, None, NOW).n == 2


def test_a_database_says_which_it_is_to_anybody(either_database_url: str) -> None:
    with psycopg.connect(either_database_url, autocommit=True) as connection:
        as_owner = identity(connection)
        connection.execute("create role somebody")
        connection.execute("set role somebody")
        as_somebody = identity(connection)
        connection.execute("reset role")
        connection.execute("drop role somebody")
    assert as_somebody == as_owner
    assert as_owner.endswith("/1")
