"""One process at a time works in a gateway's folder. The lock goes with the process that holds it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = "gateway.lock"


class AlreadyRunning(Exception):  # noqa: N818  a state of the world more than an error
    """Another gateway works in this folder."""


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Until the block ends. Raises AlreadyRunning."""
    with (data_dir / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"another gateway works in {data_dir}: stop it first") from error
        yield
