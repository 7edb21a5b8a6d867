"""Transfers and their frames, from the radio's callback until a reading settles them. Decodes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

from device_drivers.wire.codec import decode, encode
from device_drivers.wire.reading import Heard

KEEP_UNDECODABLE: Final = 10_000
"""Undecodable frames of which the bytes stay; all are counted. A broken meter must not fill the card."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What came over the air, before anyone knows what it means."""

    transfer: int
    address: str
    driver: str
    characteristic: str
    value: bytes
    heard: Heard


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A frame still without its reading."""

    id: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class Contact:
    """With which meter a transfer was begun, by which driver, and when."""

    address: str
    driver: str
    began: Heard


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A transfer of a meter that sends once, cut off by a crash."""

    transfer: int
    contact: Contact


def begin(db: sqlite3.Connection, contact: Contact | None, *, sends_once: bool) -> int:
    whose = (
        (None, None, None) if contact is None else (contact.address, contact.driver, encode(contact.began))
    )
    added = db.execute(
        "INSERT INTO transfers (sends_once, address, driver, began) VALUES (?, ?, ?, ?)", (sends_once, *whose)
    )
    return added.lastrowid or 0


def interrupted(db: sqlite3.Connection) -> list[Interrupted]:
    """After a start: transfers that nobody ended, the oldest first; but for those that a version began which
    did not yet write down whose they were."""
    rows = db.execute(
        "SELECT id, address, driver, began FROM transfers WHERE sends_once AND began IS NOT NULL ORDER BY id"
    )
    return [
        Interrupted(number, Contact(address, driver, decode(began, Heard)))
        for number, address, driver, began in rows
    ]


def end(db: sqlite3.Connection, transfer: int) -> None:
    db.execute("DELETE FROM transfers WHERE id = ?", (transfer,))
    db.execute("DELETE FROM occurrences WHERE transfer = ?", (transfer,))


def break_off(db: sqlite3.Connection, transfer: int) -> None:
    """End a transfer in whose middle the radio's stack died: like our own crash, it may have taken a frame
    along that it had confirmed."""
    db.execute(
        "UPDATE state SET at_risk = at_risk + (SELECT count(*) FROM transfers WHERE id = ? AND sends_once)",
        (transfer,),
    )
    end(db, transfer)


def end_interrupted(db: sqlite3.Connection) -> None:
    """Close what a crash left open, once its frames are settled. A meter that sends once may have been
    confirmed a frame that never reached the disk, so each such transfer counts as a risk."""
    db.execute("UPDATE state SET at_risk = at_risk + (SELECT count(*) FROM transfers WHERE sends_once)")
    db.execute("DELETE FROM transfers")
    db.execute("DELETE FROM occurrences")


def hear(db: sqlite3.Connection, frame: Frame) -> int:
    added = db.execute(
        "INSERT INTO frames (transfer, address, driver, characteristic, value, heard)"
        " VALUES (:transfer, :address, :driver, :characteristic, lock(:value, 'frames', :transfer), :heard)",
        asdict(frame) | {"heard": encode(frame.heard)},
    )
    db.execute(
        "INSERT INTO last_frames (address, characteristic, content) VALUES (?, ?, blind(?))"
        " ON CONFLICT DO UPDATE SET content = excluded.content",
        (frame.address, frame.characteristic, frame.value),
    )
    return added.lastrowid or 0


def was_last(db: sqlite3.Connection, address: str, characteristic: str, value: bytes) -> bool:
    """Whether this is what the meter was last heard to say on that characteristic."""
    row = db.execute(
        "SELECT content = blind(?) FROM last_frames WHERE address = ? AND characteristic = ?",
        (value, address, characteristic),
    ).fetchone()
    return row is not None and bool(row[0])


def settle(db: sqlite3.Connection, frames: Iterable[int]) -> None:
    """The reading holds their words now."""
    db.executemany("DELETE FROM frames WHERE id = ? AND error IS NULL", [(frame,) for frame in frames])


def spoil(db: sqlite3.Connection, frame: int, error: str) -> None:
    """Set a frame aside that does not decode. Doing it twice counts once."""
    marked = db.execute(
        "UPDATE frames SET error = 'undecodable', why = lock(?, 'frames', transfer)"
        " WHERE id = ? AND error IS NULL",
        (error.encode(), frame),
    )
    db.execute("UPDATE state SET undecodable = undecodable + ?", (marked.rowcount,))
    db.execute(
        "DELETE FROM frames WHERE error IS NOT NULL AND id NOT IN"
        " (SELECT id FROM frames WHERE error IS NOT NULL ORDER BY id DESC LIMIT ?)",
        (KEEP_UNDECODABLE,),
    )


def unsettled(db: sqlite3.Connection) -> list[Unsettled]:
    """In the order in which they were heard."""
    rows = db.execute(
        "SELECT id, transfer, address, driver, characteristic, unlock(value, 'frames', transfer), heard"
        " FROM frames WHERE error IS NULL ORDER BY id"
    )
    return [_unsettled(*row) for row in rows]


def _unsettled(
    number: int,
    transfer: int,
    address: str,
    driver: str,
    characteristic: str,
    value: bytes | None,
    heard: bytes,
) -> Unsettled:
    # A frame that cannot be unlocked any more decodes to nothing, and is set aside and counted like others.
    frame = Frame(transfer, address, driver, characteristic, value or b"", decode(heard, Heard))
    return Unsettled(number, frame)
