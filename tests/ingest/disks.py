"""A small disk of a test's own, and a PostgreSQL that has its tables or its log there."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final

import psycopg
import pytest

from ingest.postgres import PostgresError, Server, running
from tests.conftest import missing

PATIENCE_S: Final = 60.0
_POLL_S: Final = 0.02

# So that a few hundred readings need new pages and the log new files, and the disk may be small.
_LEAN: Final = {"min_wal_size": "32MB", "max_wal_size": "32MB", "shared_buffers": "16MB"}


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder that holds so many bytes and no more."""

    folder: Path

    def fill(self) -> None:
        """To the last byte."""
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            block = b"\0" * 65536
            while len(block) >= 512:
                try:
                    filler.write(block)
                except OSError:
                    block = block[: len(block) // 2]

    def make_room(self) -> None:
        (self.folder / "filler").unlink()


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Disk]:
    """In memory; only root may mount one."""
    folder.mkdir(mode=0o755)
    options = f"size={megabytes}m,mode=0755"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        if os.geteuid() == 0:
            missing("the right to mount a small disk")
        pytest.skip("only root mounts a small disk")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def make_database(data: Path, log: Path) -> None:
    """A database in the folder `data`, whose write-ahead log stands in a folder of its own."""
    with running(data, settings=_LEAN):
        pass
    # `mv` keeps the owner from one disk to another.
    subprocess.run(["mv", data / "pg_wal", log / "wal"], check=True)
    (data / "pg_wal").symlink_to(log / "wal")


class Kept:
    """A server that is started again whenever it ends, as systemd does."""

    def __init__(self, data: Path, sockets: Path) -> None:
        self._data = data
        self._sockets = sockets
        self._stop = Event()
        self.url = Server(sockets, 0).url()
        self.starts = 0

    def keep(self) -> None:
        while not self._stop.is_set():
            self.starts += 1
            try:
                with running(self._data, sockets=self._sockets, settings=_LEAN) as server:
                    while not self._stop.is_set() and _is_alive(server.pid):
                        self._stop.wait(_POLL_S)
            except PostgresError:
                self._stop.wait(_POLL_S)

    def stop(self) -> None:
        self._stop.set()


@contextmanager
def kept_running(data: Path, sockets: Path) -> Iterator[Kept]:
    kept = Kept(data, sockets)
    thread = Thread(target=kept.keep)
    thread.start()
    try:
        until(lambda: answers(kept.url))
        yield kept
    finally:
        kept.stop()
        thread.join()


def answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail("it did not come to pass")
        time.sleep(_POLL_S)


def _is_alive(pid: int) -> bool:
    """A child that ended and was not waited for is a zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
