"""A damaged outbox: put aside, and read as far as it can be read. What follows from it is done elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from device_drivers.wire.batch import Body, open_envelope
from device_drivers.wire.codec import WireError, decode
from device_drivers.wire.reading import Reading
from gateway.outbox import keeping
from gateway.outbox.safe import Safe

_PARTS: Final = ("", "-wal", "-shm")

_COPIED: Final = {
    "keys": ("kid", "public"),
    # Not the place in its memory: what was kept of it may be lost, and it can be read again.
    "meters": ("address", "key", "key_kind", "recipe", "model", "tells_seconds", "quirk"),
    "boots": ("boot", "began", "by"),
    "last_frames": ("address", "characteristic", "content"),
    "frames": ("transfer", "address", "driver", "characteristic", "value", "heard", "error", "why"),
}


def aside(outbox: Path) -> Path:
    """Where a damaged outbox waits to be read."""
    return outbox.with_name(f"{outbox.name}.damaged")


def put_aside(outbox: Path) -> None:
    """Rename its files. One that was put aside and read before makes way: there is room for one."""
    for part in _PARTS:
        _at(aside(outbox), part).unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            _at(outbox, part).rename(_at(aside(outbox), part))


def done_with(outbox: Path) -> None:
    """It was read: it stays for whoever wants to look into it, under a name that nobody reads again."""
    for part in _PARTS:
        with suppress(FileNotFoundError):
            _at(aside(outbox), part).rename(_at(outbox.with_name(f"{outbox.name}.salvaged"), part))


def salvage(db: sqlite3.Connection, safe: Safe, damaged: Path) -> int:
    """Take over what can be read: readings with or without a receipt (what the cloud has, it knows again),
    frames not yet understood, meters, keys, boots. What is lost counts as at risk. Returns the number of
    readings that were saved."""
    with closing(sqlite3.connect(damaged)) as old:
        safe.teach(old)
        for table, columns in _COPIED.items():
            _copy(old, db, table, columns)
        _copy_state(old, db)
        saved = sum(keeping.enter(db, reading) for reading in _readings(old))
        held = next(_rows(old, "SELECT count(*) FROM readings"), None)
        lost = 1 if held is None else max(0, held[0] - saved)
    db.execute("UPDATE state SET at_risk = at_risk + ?", (lost,))
    return saved


def _readings(old: sqlite3.Connection) -> Iterator[Reading]:
    for (body,) in _rows(old, "SELECT unlock(body, 'waiting', id) FROM waiting"):
        with suppress(WireError):
            yield decode(body or b"", Reading)
    for (sealed,) in _rows(old, "SELECT unlock(sealed, 'payloads', batch) FROM payloads"):
        with suppress(WireError):
            yield from decode(bytes(open_envelope(sealed or b"").body), Body).readings


def _copy(old: sqlite3.Connection, db: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> None:
    names, places = ", ".join(columns), ", ".join("?" for _ in columns)
    db.executemany(
        f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})",  # noqa: S608  our own names
        _rows(old, f"SELECT {names} FROM {table}"),  # noqa: S608
    )


def _copy_state(old: sqlite3.Connection, db: sqlite3.Connection) -> None:
    for row in _rows(old, "SELECT lineage, rewound, key_version, at_risk, undecodable FROM state"):
        db.execute(
            "UPDATE state SET lineage = ?, rewound = ?, key_version = ?, at_risk = ?, undecodable = ?", row
        )


def _rows(old: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """As many as can be read."""
    with suppress(sqlite3.DatabaseError, UnicodeDecodeError):
        yield from old.execute(query)


def _at(outbox: Path, part: str) -> Path:
    return outbox.with_name(f"{outbox.name}{part}")
