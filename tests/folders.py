"""Folders of a run of tests: in memory where that fits, and swept by the next run if this one is killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

# A fresh database is a copy of a thousand files: 0.03 s of CPU in memory, 0.5 s on a disk under ext4.
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - folders in it have random names
_ROOM: Final = 2 << 30  # two servers of each of a few workers, with all that tests leave in them
_PREFIX: Final = "hl-tests-"
_YOUNG_S: Final = 60.0  # long enough to be held by whoever made it


@contextmanager
def roomy_folder(memory: Path = MEMORY) -> Iterator[Path]:
    """A folder that any account may enter, with a path short enough for a socket's."""
    parent = memory if _is_roomy(memory) else Path(tempfile.gettempdir())
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    folder.chmod(0o755)
    with _held(folder):
        yield folder
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove what killed runs left: in memory it would be missed by everybody."""
    for folder in parent.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):  # another run sweeps as well
            if time.time() - folder.stat().st_mtime > _YOUNG_S:
                _remove_if_free(folder)


def _remove_if_free(folder: Path) -> None:
    with _held(folder) as was_free:
        if was_free:
            shutil.rmtree(folder, ignore_errors=True)


def _is_roomy(folder: Path) -> bool:
    """Whether the databases fit, and PostgreSQL's programs, which are copied beside them, may run there."""
    if not folder.is_dir():
        return False
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize >= _ROOM and not disk.f_flag & os.ST_NOEXEC


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """A lock that ends with its process, however that ends; whether nobody else had it."""
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(number)
