"""What need not be on the card at once: that a batch has its receipt."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.outbox.disk import Disk
from gateway.outbox.reserve import Reserve
from gateway.outbox.safe import open_safe
from gateway.outbox.schema import connect

NORMAL, FULL = 1, 2  # SQLite, "PRAGMA synchronous"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "outbox.db"
    with closing(connect(str(path), open_safe(path, os.urandom))) as opened:
        yield opened


def synchronous(db: sqlite3.Connection) -> int:
    found: int = db.execute("PRAGMA synchronous").fetchone()[0]
    return found


def test_a_lazy_transaction_does_not_wait_for_the_disk(db: sqlite3.Connection) -> None:
    with Disk(db, Reserve(None)).writing_lazily():
        assert synchronous(db) == NORMAL


def test_what_follows_a_lazy_transaction_waits_for_the_disk_again(db: sqlite3.Connection) -> None:
    with Disk(db, Reserve(None)).writing_lazily():
        db.execute("UPDATE state SET at_risk = 1")
    assert synchronous(db) == FULL


def test_what_follows_a_lazy_transaction_that_failed_waits_for_the_disk_again(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.Error), Disk(db, Reserve(None)).writing_lazily():
        db.execute("UPDATE state SET lineage = NULL")
    assert synchronous(db) == FULL
    assert db.execute("SELECT lineage FROM state").fetchone() == (0,)
