"""What the gateway knows of each meter: the key fixed at first contact, and how far its memory was read."""

from __future__ import annotations

import sqlite3

from device_drivers.conversation import Mark
from device_drivers.wire.reading import Meter


def known(db: sqlite3.Connection, address: str) -> Meter | None:
    row = db.execute(
        "SELECT key, key_kind, recipe, model, address FROM meters WHERE address = ?", (address,)
    ).fetchone()
    return None if row is None else Meter(*row)


def meet(db: sqlite3.Connection, meter: Meter) -> Meter:
    """The meter at this address as it was first met. Key, key kind and recipe never change again, no matter
    what a later contact reads; the model is filled in when it first becomes known."""
    db.execute(
        "INSERT INTO meters (address, key, key_kind, recipe, model) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (address) DO UPDATE SET model = coalesce(meters.model, excluded.model)",
        (meter.address, meter.key, meter.key_kind, meter.recipe, meter.model),
    )
    return known(db, meter.address) or meter


def quirk(db: sqlite3.Connection, address: str) -> str | None:
    row = db.execute("SELECT quirk FROM meters WHERE address = ?", (address,)).fetchone()
    return None if row is None else row[0]


def adopt(db: sqlite3.Connection, address: str, name: str) -> None:
    """A quirk may decide what names a record, so the first that was found stays."""
    db.execute("UPDATE meters SET quirk = ? WHERE address = ? AND quirk IS NULL", (name, address))


def cursor(db: sqlite3.Connection, address: str) -> Mark | None:
    row = db.execute(
        "SELECT cursor, unlock(cursor_words, 'meters', address) FROM meters"
        " WHERE address = ? AND cursor IS NOT NULL",
        (address,),
    ).fetchone()
    return None if row is None else Mark(*row)


def remember(db: sqlite3.Connection, meter: Meter, mark: Mark) -> None:
    meet(db, meter)
    db.execute(
        "UPDATE meters SET cursor = ?, cursor_words = lock(?, 'meters', address) WHERE address = ?",
        (mark.sequence, mark.words, meter.address),
    )


def tells_seconds(db: sqlite3.Connection, address: str, time: str) -> bool:
    """Whether this meter's clock has ever shown seconds, these raw time words (hex) included. Seconds are the
    seventh byte of a GATT date time (Specification Supplement, "Date Time")."""
    if time[12:14] not in {"", "00"}:
        db.execute("UPDATE meters SET tells_seconds = 1 WHERE address = ? AND NOT tells_seconds", (address,))
    row = db.execute("SELECT tells_seconds FROM meters WHERE address = ?", (address,)).fetchone()
    return row is not None and bool(row[0])
