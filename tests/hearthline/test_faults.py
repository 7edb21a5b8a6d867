"""A crash point kills at the right count, says so first, and does nothing unless asked."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hearthline import faults

REACHES_THREE_TIMES = """
import os
from hearthline import faults
at = faults.from_environment(os.environ)
for turn in range(3):
    at("batch.sent")
    at("batch.sealed")
    print(turn, flush=True)
"""


def test_a_process_dies_by_sigkill_when_its_point_is_reached_the_second_time(tmp_path: Path) -> None:
    log = tmp_path / "crash.log"
    done = subprocess.run(
        [sys.executable, "-c", REACHES_THREE_TIMES],
        env={"HEARTHLINE_CRASH_AT": "batch.sealed:2", "HEARTHLINE_CRASH_LOG": str(log), "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == ["0"]
    assert log.read_text() == "batch.sealed:2\n"


def test_nothing_happens_where_nothing_is_asked() -> None:
    faults.from_environment({})("batch.sealed")


@pytest.mark.parametrize("wanted", ["batch.sealed:0", "batch.sealed:x", "batch.sealed:-1"])
def test_a_count_that_could_never_be_reached_is_refused(wanted: str) -> None:
    with pytest.raises(ValueError, match=r"count|invalid"):
        faults.from_environment({"HEARTHLINE_CRASH_AT": wanted, "HEARTHLINE_CRASH_LOG": "x"})


def test_a_crash_without_a_witness_is_refused() -> None:
    with pytest.raises(ValueError, match="HEARTHLINE_CRASH_LOG"):
        faults.from_environment({"HEARTHLINE_CRASH_AT": "batch.sealed"})
