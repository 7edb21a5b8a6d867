"""Room kept back for the day on which the disk is full: what is heard then is still written."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

SIZE: Final = 4 << 20
"""Bytes. A contact with a cuff costs SQLite's log about 50 kB until its next checkpoint."""

LEAST_FREE: Final = 8 * SIZE
"""Bytes; on a smaller disk a reserve would be what fills it."""


class Reserve:
    """A file beside the outbox that is nothing but its size. `path`: None has none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.is_spent = False

    def lay(self, free: int) -> None:
        """Keep room back, where there is enough. `free`: bytes left on the disk."""
        if self._path is None or free < LEAST_FREE:
            return
        if not self._path.exists():
            try:
                _fill(self._path)
            except OSError:
                self.release()
                return
        self.is_spent = False

    def release(self) -> bool:
        """Give the room free; whether there was any."""
        if self._path is None or not self._path.exists():
            return False
        with suppress(OSError):
            self._path.unlink()
        self.is_spent = not self._path.exists()
        return self.is_spent


def _fill(path: Path) -> None:
    """Blocks and not a hole: a hole would be no room."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, SIZE)
    finally:
        os.close(descriptor)
