"""Seconds in which this machine let us run: all of a test's processes may be held together for minutes."""

from __future__ import annotations

import time
from typing import Final

_LONGEST: Final = 1.0
"""Between two looks nobody here waits longer by himself."""


class Stopwatch:
    """Look at it often."""

    def __init__(self) -> None:
        self._looked_at = time.monotonic()
        self._seconds = 0.0

    def seconds(self) -> float:
        now = time.monotonic()
        self._seconds += min(now - self._looked_at, _LONGEST)
        self._looked_at = now
        return self._seconds
