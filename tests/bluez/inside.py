"""Runs in the guest: `hearthline gateway run` with a witness. Replaces nothing.

`POINTS`: a file that gets a JSON line for each named point, with the guest's clock. `STOP_AT`: a point at
which the process stops where it is (SIGSTOP), once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import TextIO

from gateway import main


def witness(points: TextIO, stop_at: str | None) -> Callable[[str], None]:
    """What the gateway tells of each named point."""
    is_due = stop_at is not None

    def at(point: str) -> None:
        nonlocal is_due
        points.write(json.dumps({"point": point, "at": time.time()}) + "\n")
        points.flush()
        if is_due and point == stop_at:
            is_due = False
            os.kill(os.getpid(), signal.SIGSTOP)

    return at


if __name__ == "__main__":
    with open(os.environ.get("POINTS", os.devnull), "a", encoding="utf-8") as file:  # noqa: PTH123
        sys.exit(main.run(sys.argv[1:], at=witness(file, os.environ.get("STOP_AT"))))
