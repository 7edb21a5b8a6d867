"""Named crash points for kill tests: a process that kills itself where it was told to. Inert unless asked."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

CrashPoint = Callable[[str], None]
"""Called with the name of the point that was just reached."""


def from_environment(environ: Mapping[str, str]) -> CrashPoint:
    """Read `HEARTHLINE_CRASH_AT=name:count` (die at the count-th time `name` is reached; count is 1 if left
    out) and `HEARTHLINE_CRASH_LOG`, a file that gets the line `name:count` before the process dies, so that a
    test sees the fault fired. Raises ValueError on a count that is no positive number or a missing log."""
    wanted = environ.get("HEARTHLINE_CRASH_AT")
    if not wanted:
        return _nothing
    name, _, count = wanted.partition(":")
    times = int(count or "1")
    log = environ.get("HEARTHLINE_CRASH_LOG")
    if times < 1 or not log:
        raise ValueError(
            "HEARTHLINE_CRASH_AT needs name:count with count ≥ 1, and HEARTHLINE_CRASH_LOG a file"
        )
    return _countdown(name, times, Path(log))


def _nothing(_name: str) -> None:
    """Where nothing is asked, nothing happens."""


def _countdown(name: str, times: int, log: Path) -> CrashPoint:
    left = times
    lock = Lock()

    def reached(point: str) -> None:
        nonlocal left
        if point != name:
            return
        with lock:
            left -= 1
            if left == 0:
                _testify(log, f"{name}:{times}\n")
                os.kill(os.getpid(), signal.SIGKILL)

    return reached


def _testify(log: Path, line: str) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
