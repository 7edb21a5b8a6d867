"""The engine's process: woken by ingest, killed between judging and commit, ended by SIGTERM."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from alerts.reading import Reading
from tests.alerts.chain import ATTENDED, Chain, resident
from tests.alerts.making import pressure

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 60


@contextmanager
def process(*words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def measured_now(systolic: int, **more: object) -> Reading:
    now = datetime.now(UTC)
    return replace(pressure(0, systolic, 112, **more), taken_at=now.replace(microsecond=0), stored_at=now)


def stored_and_judged(chain: Chain, name: str) -> None:
    """Wait until the pages are told of a critical reading that is stored now."""
    with psycopg.connect(chain.url, autocommit=True) as ear:
        ear.execute("listen care")
        chain.store(measured_now(186, resident=name))
        with closing(ear.notifies(timeout=PATIENCE_S)) as notes:
            assert any(str(resident(name)) in note.payload for note in notes)


@pytest.mark.parametrize("point", ["commit.before", "commit.after"])
def test_killed_beside_its_commit_the_engine_tells_care_exactly_once(
    chain: Chain, tmp_path: Path, point: str
) -> None:
    chain.tables.connection.execute(ATTENDED)
    chain.store(measured_now(186))
    crash = {
        "HEARTHLINE_CRASH_AT": f"{point}:{_place_of_shard()}",
        "HEARTHLINE_CRASH_LOG": str(tmp_path / "log"),
    }
    with process("tests.alerts.engine_process", chain.url, **crash) as first:
        assert first.wait(PATIENCE_S) == -9
    committed = 1 if point == "commit.after" else 0
    assert chain.tables.one("select count(*) from attended") == committed
    assert chain.tables.one("select count(*) from alerts.episode") == committed
    with process("tests.alerts.engine_process", chain.url) as second:
        stored_and_judged(chain, "b")
        second.terminate()
        assert second.wait(PATIENCE_S) == 0
    assert len(chain.episodes()) == 2
    assert chain.tables.all("select version, changes[1] from attended") == [(1, "opened")] * 2


def _place_of_shard() -> int:
    """In which of the four transactions of a round the resident's shard is taken."""
    return resident("a").int % 64 // 16 + 1


def test_the_command_judges_what_comes_and_ends_when_it_is_told_to(chain: Chain) -> None:
    with process("hearthline", "alerts", "run", "--database-url", chain.url) as engine:
        assert engine.stderr is not None
        assert engine.stderr.readline() == "ready: alerts\n"
        stored_and_judged(chain, "a")
        engine.terminate()
        _, said = engine.communicate(timeout=PATIENCE_S)
        assert engine.returncode == 0
    assert chain.tables.one("select count(*) from care.task where closed_at is null") == 1
    assert "186" not in said
    assert chain.tables.one("select count(*) from alerts.episode") == 1


def test_the_engine_outlives_its_database_connection(chain: Chain) -> None:
    with process("hearthline", "alerts", "run", "--database-url", chain.url) as engine:
        assert engine.stderr is not None
        engine.stderr.readline()
        chain.tables.connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        stored_and_judged(chain, "a")


def test_a_share_that_is_none_is_wrong_use(database_url: str) -> None:
    words = ["alerts", "run", "--database-url", database_url, "--shards", "3/2"]
    done = subprocess.run(
        [sys.executable, "-m", "hearthline", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "K/N" in done.stderr
