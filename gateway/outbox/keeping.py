"""Readings entering the outbox: each gets its id here and is kept once. Seals and sends nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from device_drivers.wire.codec import decode, encode
from device_drivers.wire.reading import ByArrival, BySequence, ByTime, Reading, reading_id
from gateway.outbox import meters

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """The reading with its id and its size on the wire in bytes.

    `is_new` is false where the outbox held that id already.
    """

    reading: Reading
    is_new: bool
    size: int


def microseconds(moment: datetime) -> int:
    """Since 1970, exact."""
    return (moment - EPOCH) // _MICROSECOND


def keep(db: sqlite3.Connection, draft: Reading, *, transfer: int, randbytes: Callable[[int], bytes]) -> Kept:
    """Give the draft its id and store it, unless all it tells is here already. The id it came with is
    ignored, and the meter is the one first met at its address.

    Raises WireError on a draft that the wire does not allow.
    """
    meter = meters.meet(db, draft.meter)
    tells_seconds = meters.tells_seconds(db, meter.address, draft.words.time)
    reading = _identify(db, replace(draft, meter=meter), transfer, randbytes, tells_seconds=tells_seconds)
    body = encode(reading)
    decode(body, Reading)  # what the cloud would refuse must not poison a batch
    if _is_news(db, reading):
        _insert(db, reading, body, transfer)
        return Kept(reading, is_new=True, size=len(body))
    if isinstance(reading.identity, ByTime) and not tells_seconds:
        _mark_repeated(db, reading.reading_id, transfer)
    return Kept(reading, is_new=False, size=len(body))


def enter(db: sqlite3.Connection, reading: Reading) -> bool:
    """Store a reading that has its id already, out of another outbox; whether it was new here."""
    is_new = _is_news(db, reading)
    if is_new:
        _insert(db, reading, encode(reading), 0)
    return is_new


def told(reading: Reading) -> bytes:
    """What may differ between two transfers of one record, as a digest: a glucometer may send the context of
    a record late, or only the second time, and that can turn a glucose into a ketone."""
    circumstances = (reading.flags, reading.quality, reading.context)
    return hashlib.sha256(msgspec.json.encode(circumstances)).digest()


def _is_news(db: sqlite3.Connection, reading: Reading) -> bool:
    """Whether this record, or what it tells of its circumstances, is new. One that comes again without the
    context it had before tells nothing."""
    is_known, had_context = db.execute(
        "SELECT max(told = blind(?)), max(has_context) FROM readings WHERE reading_id = blind(?)",
        (told(reading), reading.reading_id.bytes),
    ).fetchone()
    return is_known is None or (not is_known and (reading.context is not None or not had_context))


def _insert(db: sqlite3.Connection, reading: Reading, body: bytes, transfer: int) -> None:
    added = db.execute(
        "INSERT INTO readings (reading_id, told, has_context, transfer, heard_at)"
        " VALUES (blind(?), blind(?), ?, ?, ?)",
        (
            reading.reading_id.bytes,
            told(reading),
            reading.context is not None,
            transfer,
            microseconds(reading.heard.at),
        ),
    )
    db.execute("INSERT INTO waiting (id, body) VALUES (?1, lock(?2, 'waiting', ?1))", (added.lastrowid, body))


def _identify(
    db: sqlite3.Connection,
    draft: Reading,
    transfer: int,
    randbytes: Callable[[int], bytes],
    *,
    tells_seconds: bool,
) -> Reading:
    """Nobody measures twice in one second: an equal record of a clock with seconds is the same one, said
    again in this transfer because its confirmation was lost, say."""
    match draft.identity:
        case ByArrival():
            return replace(draft, reading_id=UUID(bytes=randbytes(16), version=4))
        case BySequence():
            return replace(draft, reading_id=reading_id(draft.meter, draft.identity, draft.words))
        case ByTime():
            place = ByTime(0 if tells_seconds else _count_occurrence(db, draft, transfer))
            return replace(draft, identity=place, reading_id=reading_id(draft.meter, place, draft.words))


def _count_occurrence(db: sqlite3.Connection, draft: Reading, transfer: int) -> int:
    """How many identical records this transfer brought before. Counted in the table, so that a crash in the
    middle of a transfer numbers the frames it left behind as if it had not happened."""
    content = hashlib.sha256(draft.meter.key.encode() + b"\0" + encode(draft.words)).digest()
    row = db.execute(
        "INSERT INTO occurrences (transfer, content, seen) VALUES (?, blind(?), 1)"
        " ON CONFLICT DO UPDATE SET seen = seen + 1 RETURNING seen",
        (transfer, content),
    ).fetchone()
    return int(row[0]) - 1


def _mark_repeated(db: sqlite3.Connection, identity: UUID, transfer: int) -> None:
    """An equal record in another transfer may be another measurement, unless this is a memory that is read
    whole each time: there its equals were counted."""
    marked = db.execute(
        "UPDATE readings SET repeated = 1 WHERE reading_id = blind(?) AND transfer <> ? AND NOT repeated"
        " AND NOT EXISTS (SELECT 1 FROM transfers WHERE id = ? AND NOT sends_once)",
        (identity.bytes, transfer, transfer),
    )
    db.execute("UPDATE state SET at_risk = at_risk + ?", (marked.rowcount,))
