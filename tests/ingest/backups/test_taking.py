"""A backup of a running server, on the newest PostgreSQL and on the oldest."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from ingest.backups import tools
from ingest.backups.backup import SKEW
from ingest.backups.shelf import Shelf
from ingest.backups.taking import BackupError, Plan, take
from ingest.lineage.life import FIRST, change_life, read_life

pytestmark = pytest.mark.restore


@pytest.fixture
def plan(either_database_url: str, tmp_path: Path) -> Plan:
    return Plan(either_database_url, Shelf(tmp_path / "backups"), tmp_path, keep=2)


def programs(plan: Plan) -> Path:
    with psycopg.connect(plan.url) as connection:
        return tools.binaries(connection.info.server_version // 10_000)


def test_a_backup_is_verified_named_and_complete(plan: Plan) -> None:
    made = take(plan)
    assert plan.shelf.backups() == [made]
    assert made.started_at < made.ended_at
    assert (plan.shelf.data(made) / "pg_wal" / made.first_wal).exists()
    assert f"{made.cluster}/{made.timeline}" == read_life(plan.life).database
    tools.verify(programs(plan), plan.shelf.data(made))


def test_gateways_may_forget_what_the_oldest_backup_that_stays_holds(plan: Plan) -> None:
    first = take(plan)
    assert read_life(plan.life).safe_before == first.started_at - SKEW
    second, third = take(plan), take(plan)
    assert plan.shelf.backups() == [second, third]
    assert not plan.shelf.data(first).exists()
    assert read_life(plan.life).safe_before == second.started_at - SKEW


def test_the_log_goes_with_the_last_backup_that_needs_it(plan: Plan) -> None:
    first = take(plan)
    folder = plan.shelf.log_folder(first.cluster, first.timeline)
    early, kept = folder / "000000010000000000000001", folder / "0000000100000000000000FF"
    for file in (early, kept, folder / "00000002.history"):
        file.touch()
    take(plan)
    assert not early.exists()
    assert kept.exists()
    assert (folder / "00000002.history").exists()


def test_a_copy_that_does_not_verify_counts_for_nothing(plan: Plan, tmp_path: Path) -> None:
    take(plan)
    before = read_life(plan.life)
    with pytest.raises(tools.ToolError, match="PG_VERSION"):
        take(Plan(plan.url, plan.shelf, plan.life, keep=1, binaries=careless(programs(plan), tmp_path)))
    assert len(plan.shelf.backups()) == 1
    assert read_life(plan.life) == before


def careless(true: Path, folder: Path) -> Path:
    """PostgreSQL's programs, but for one that copies and then spoils a file."""
    mixed = folder / "bin"
    mixed.mkdir()
    for name in ("pg_verifybackup", "pg_waldump"):
        (mixed / name).write_text(f'#!/bin/sh\nexec "{true / name}" "$@"\n')
    (mixed / "pg_basebackup").write_text(
        f'#!/bin/sh\nset -e\n"{true / "pg_basebackup"}" "$@"\n'
        'while [ "$1" != "--pgdata" ]; do shift; done\necho 9 > "$2/PG_VERSION"\n'
    )
    for program in mixed.iterdir():
        program.chmod(0o755)
    return mixed


def test_what_an_interrupted_backup_left_is_swept_away_by_the_next(plan: Plan) -> None:
    (plan.shelf.folder / "base" / ".draft" / "data").mkdir(parents=True)
    (plan.shelf.folder / "base" / ".gone-20260101T000000Z" / "data").mkdir(parents=True)
    made = take(plan)
    assert [each.name for each in (plan.shelf.folder / "base").iterdir()] == [made.name]


def test_no_backup_is_filed_under_the_lineage_of_another_database(plan: Plan) -> None:
    change_life(plan.life, lambda _: replace(FIRST, database="another/1"))
    with pytest.raises(BackupError, match="another/1"):
        take(plan)
    assert plan.shelf.backups() == []
