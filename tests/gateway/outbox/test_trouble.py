"""A disk that is full, can only be read, or rots: said, survived, and mended without hands."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from device_drivers.wire.state import Trouble
from gateway.cloud import status
from gateway.outbox import trouble
from tests.gateway.home import GATEWAY, keep, outbox

SMALL_DISK = 'mount -t tmpfs -o size="$3" none "$1" && exec "$2" -m tests.gateway.outbox.full_disk "$1"'


def in_a_namespace(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def on_a_disk(folder: Path, size: str) -> list[dict[str, object]]:
    """What was seen before it was full, while it was, and after."""
    if shutil.which("unshare") is None or in_a_namespace("true").returncode:
        pytest.skip("this machine lets nobody make a mount namespace")
    done = in_a_namespace("sh", "-c", SMALL_DISK, "sh", str(folder), sys.executable, size)
    assert done.returncode == 0, done.stderr
    seen: list[dict[str, object]] = json.loads(done.stdout)
    return seen


def test_room_that_was_kept_back_takes_what_is_heard_on_a_full_disk(tmp_path: Path) -> None:
    before, full, after = on_a_disk(tmp_path, "40m")

    assert before == {"unsent": 1, "at_risk": 0, "trouble": None, "announced": 0}
    assert full == {"unsent": 4, "at_risk": 0, "trouble": "full", "announced": 0}
    assert after == {"unsent": 4, "at_risk": 0, "trouble": None, "announced": 0}


def test_a_full_disk_is_announced_and_what_it_did_not_take_is_written_once_there_is_room(
    tmp_path: Path,
) -> None:
    before, full, after = on_a_disk(tmp_path, "3m")

    assert before == {"unsent": 1, "at_risk": 0, "trouble": None, "announced": 0}
    assert full["trouble"] == "full"
    assert full["announced"] == 6
    assert (full["unsent"], full["at_risk"]) == (1, 3)
    assert (after["unsent"], after["at_risk"], after["trouble"]) == (4, 0, None)


def error_of(path: Path, statement: str, mode: str) -> sqlite3.Error:
    connection = closing(sqlite3.connect(f"file:{path}?mode={mode}", uri=True))
    with connection as db, pytest.raises(sqlite3.Error) as raised:
        db.execute(statement)
    return raised.value


@pytest.mark.parametrize(
    ("statement", "mode", "expected"),
    [("DELETE FROM waiting", "ro", "read_only"), ("SELECT * FROM nowhere", "rw", None)],
)
def test_what_ails_the_disk_is_told_from_our_own_mistakes(
    tmp_path: Path, statement: str, mode: str, expected: Trouble | None
) -> None:
    path = tmp_path / "outbox.db"
    keep(outbox(path))

    assert trouble.of(error_of(path, statement, mode)) == expected


def test_a_file_that_is_no_outbox_any_more_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(b"not a database " * 400)

    assert trouble.of(error_of(path, "SELECT * FROM state", "rw")) == "damaged"


def test_the_status_says_that_an_outbox_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / status.OUTBOX
    path.write_bytes(b"not a database " * 400)

    assert status.read(tmp_path, GATEWAY).trouble == "damaged"


def test_a_gateway_in_no_trouble_says_of_none(tmp_path: Path) -> None:
    keep(outbox(tmp_path / status.OUTBOX))

    assert status.read(tmp_path, GATEWAY).trouble is None
