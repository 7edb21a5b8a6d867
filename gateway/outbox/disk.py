"""Transactions on a disk that may be full, worn or rotten, and what it was last found to be. No tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from device_drivers.wire.state import Trouble
from gateway.outbox import trouble
from gateway.outbox.reserve import Reserve
from gateway.outbox.room import Room
from gateway.outbox.schema import transaction

T = TypeVar("T")


class Disk:
    """`trouble`: why the last write failed; None while writing works."""

    def __init__(self, db: sqlite3.Connection, reserve: Reserve) -> None:
        self._db = db
        self._reserve = reserve
        self.trouble: Trouble | None = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction. What it changed nothing by tells nothing of the disk."""
        before = self._db.total_changes
        try:
            with transaction(self._db):
                yield
        except sqlite3.Error as error:
            self.trouble = trouble.of(error)
            raise
        if self._db.total_changes > before:
            self.trouble = None

    @contextmanager
    def writing_lazily(self) -> Iterator[None]:
        """A transaction that does not wait for the disk: it is there once a later one of `writing` is. A
        power cut before loses it whole, a killed process loses nothing (SQLite, "PRAGMA synchronous")."""
        self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            with self.writing():
                yield
        finally:
            self._db.execute("PRAGMA synchronous = FULL")

    def write(self, write: Callable[[], T]) -> T:
        """In a transaction; on a full disk with the room that was kept back. Raises sqlite3.Error."""
        try:
            with self.writing():
                return write()
        except sqlite3.Error:
            if self.trouble != "full" or not self._reserve.release():
                raise
        with self.writing():
            return write()

    def if_possible(self, write: Callable[[], T], *, otherwise: T) -> T:
        """What can wait until the disk is well again. Our own mistakes are raised all the same."""
        try:
            return self.write(write)
        except sqlite3.Error:
            if self.trouble is None:
                raise
            return otherwise

    def is_damaged(self, look: Callable[[], object]) -> bool:
        """Whether damage was met while writing, or is met by looking."""
        try:
            look()
        except UnicodeDecodeError:  # sqlite3 quotes a schema that rotted
            self.trouble = "damaged"
        except sqlite3.DatabaseError as error:
            self.trouble = trouble.of(error) or self.trouble
        return self.trouble == "damaged"

    def is_sound(self) -> bool:
        """Look at every page; slow."""
        try:
            answer = self._db.execute("PRAGMA quick_check(1)").fetchone()
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return False
        return bool(answer[0] == "ok")

    def room(self, free: int) -> Room:
        """`free`: bytes that the file system has left."""
        pages, unused, size = (
            int(self._db.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return Room((pages - unused) * size, pages * size, free)
