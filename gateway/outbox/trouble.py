"""Why nothing can be written down just now, in words that voice, page and heartbeat share. Mends nothing."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

from device_drivers.wire.state import Trouble

LEAST_FREE: Final = 1 << 20
"""Bytes; with less than this free, a disk counts as full."""

_BY_CODE: Final[dict[int, Trouble]] = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_IOERR: "unwritable",
    sqlite3.SQLITE_CANTOPEN: "unwritable",
}


def of(error: sqlite3.Error) -> Trouble | None:
    """What ails the disk, by SQLite's primary result code; None where it is not the disk's fault."""
    # sqlite3 gives no code with errors of its own making.
    code: int = getattr(error, "sqlite_errorcode", 0)
    return _BY_CODE.get(code & 0xFF)


def seen_in(folder: Path) -> Trouble | None:
    """What a look at the file system shows, without writing."""
    found = os.statvfs(folder)
    if found.f_flag & os.ST_RDONLY:
        return "read_only"
    return "full" if found.f_bavail * found.f_frsize < LEAST_FREE else None
