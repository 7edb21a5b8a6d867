"""What the home answered and the cloud has not received yet, locked as readings are. Sends nothing."""

from __future__ import annotations

import sqlite3

from gateway.outbox.disk import Disk


class Answers:
    """A table of the outbox. Where nothing can be written an answer lives in memory alone."""

    def __init__(self, db: sqlite3.Connection, disk: Disk) -> None:
        self._db = db
        self._disk = disk

    def put(self, stream: str, payload: bytes) -> None:
        """`payload`: the bytes to send, the same each time."""
        self._change(
            "INSERT OR REPLACE INTO answers (stream, payload) VALUES (?1, lock(?2, 'answers', ?1))",
            (stream, payload),
        )

    def drop(self, stream: str) -> None:
        """It arrived, or is given up."""
        self._change("DELETE FROM answers WHERE stream = ?", (stream,))

    def left(self) -> list[tuple[str, bytes]]:
        """Streams and payloads that a crash left; without bytes where they cannot be unlocked any more."""
        rows = self._db.execute("SELECT stream, unlock(payload, 'answers', stream) FROM answers")
        return [(stream, payload or b"") for stream, payload in rows]

    def _change(self, statement: str, values: tuple[str | bytes, ...]) -> None:
        self._disk.if_possible(lambda: self._db.execute(statement, values), otherwise=None)
