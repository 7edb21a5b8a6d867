"""Streams and sealed batches in the outbox: sealing, taking apart, opening a stream. Decides nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from device_drivers.wire.batch import GENESIS, MAX_READINGS, Opens, Sealed
from device_drivers.wire.codec import decode, encode
from device_drivers.wire.reading import Heard
from device_drivers.wire.state import Head
from gateway.outbox import boots
from gateway.trust.receipts import Named
from gateway.trust.sealing import Row, Signer, partition, seal_rows, unseal


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A sealed batch without a receipt: its number in the outbox and the bytes to send, always the same."""

    id: int
    payload: bytes


def start_stream(db: sqlite3.Connection, opens: Opens | None, randbytes: Callable[[int], bytes]) -> None:
    db.execute(
        "INSERT INTO streams (stream, seq, link, opens) VALUES (?, 0, ?, ?)",
        (randbytes(16).hex(), GENESIS, None if opens is None else encode(opens)),
    )


def head(db: sqlite3.Connection) -> Head | None:
    """Of the current stream; None in an outbox that has none yet."""
    row = db.execute("SELECT stream, seq, link FROM streams ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else Head(*row)


def current_head(db: sqlite3.Connection) -> Head:
    return _current(db).head


def count_waiting(db: sqlite3.Connection) -> int:
    """Up to a full batch: counting a long backlog after every batch would cost more than sealing it."""
    few = db.execute("SELECT count(*) FROM (SELECT 1 FROM waiting LIMIT ?)", (MAX_READINGS,))
    return int(few.fetchone()[0])


def waiting(db: sqlite3.Connection, limit: int) -> list[Row]:
    rows = db.execute("SELECT id, unlock(body, 'waiting', id) FROM waiting ORDER BY id LIMIT ?", (limit,))
    return [Row(number, body) for number, body in _legible(db, rows.fetchall())]


def _legible(db: sqlite3.Connection, rows: list[tuple[int, bytes | None]]) -> Iterator[tuple[int, bytes]]:
    """Those that could be unlocked. The others (a card that rots) are let go and count as at risk: they must
    not stand in the way of all that comes after them."""
    for number, body in rows:
        if body is not None:
            yield number, body
            continue
        db.execute("DELETE FROM waiting WHERE id = ?", (number,))
        db.execute("DELETE FROM readings WHERE id = ?", (number,))
        db.execute("UPDATE state SET at_risk = at_risk + 1")


def seal_waiting(db: sqlite3.Connection, *, at: Heard, signer: Signer, batches: int) -> list[Outgoing]:
    """Seal the oldest waiting rows into the current stream, about as many batches as asked for."""
    rows = waiting(db, batches * MAX_READINGS)
    return _seal_all(db, partition(rows), at=at, signer=signer)


def open_stream(
    db: sqlite3.Connection, *, at: Heard, signer: Signer, randbytes: Callable[[int], bytes]
) -> list[Outgoing]:
    """Close the current stream and seal all of its unreceipted rows into the first batches of a new one. The
    very first says how many these are, so all of it is one transaction."""
    old = _current(db)
    rows = _rows_of(db, "SELECT id FROM batches WHERE stream = ? AND outcome IS NULL ORDER BY id", old.id)
    parts = list(partition(rows))
    start_stream(db, Opens(old.head.stream, old.head.seq, old.head.link, len(parts)), randbytes)
    return _seal_all(db, parts, at=at, signer=signer)


def unseal_batch(db: sqlite3.Connection, batch: int) -> None:
    """Take a batch of a closed stream apart: its rows wait again, at their old places."""
    _rows_of(db, "SELECT id FROM batches WHERE id = ?", batch)


def unsent(db: sqlite3.Connection) -> list[int]:
    """The batches without a receipt, oldest first."""
    return [row[0] for row in db.execute("SELECT id FROM batches WHERE outcome IS NULL ORDER BY id")]


def payload(db: sqlite3.Connection, batch: int) -> bytes | None:
    """The sealed bytes; None where the batch is gone (purged or resealed)."""
    row = db.execute(
        "SELECT unlock(sealed, 'payloads', batch) FROM payloads WHERE batch = ?", (batch,)
    ).fetchone()
    return None if row is None or row[0] is None else bytes(row[0])


def named(db: sqlite3.Connection, stream: str, seq: int, link: str) -> Named | None:
    """The batch at exactly this stream, sequence and link."""
    row = db.execute(
        "SELECT batches.id, outcome IS NOT NULL, streams.id = (SELECT max(id) FROM streams)"
        " FROM batches JOIN streams ON streams.id = batches.stream"
        " WHERE streams.stream = ? AND batches.seq = ? AND batches.link = ?",
        (stream, seq, link),
    ).fetchone()
    return None if row is None else Named(row[0], is_receipted=bool(row[1]), is_current_stream=bool(row[2]))


@dataclass(frozen=True, slots=True)
class _Stream:
    id: int
    head: Head
    opens: Opens | None


def _current(db: sqlite3.Connection) -> _Stream:
    row = db.execute("SELECT id, stream, seq, link, opens FROM streams ORDER BY id DESC LIMIT 1").fetchone()
    opens = None if row[4] is None else decode(row[4], Opens)
    return _Stream(row[0], Head(*row[1:4]), opens)


def _seal_all(
    db: sqlite3.Connection, parts: Iterable[list[Row]], *, at: Heard, signer: Signer
) -> list[Outgoing]:
    stream = _current(db)
    head, sealed = stream.head, []
    for rows in parts:
        known = boots.of(db, (row.body for row in rows), at)
        opens = None if head.seq else stream.opens
        batch = seal_rows(rows, head, opens=opens, at=at, signer=signer, boots=known)
        sealed.append(_store(db, stream.id, batch, rows))
        head = Head(batch.stream, batch.seq, batch.link)
    db.execute("UPDATE streams SET seq = ?, link = ? WHERE id = ?", (head.seq, head.link, stream.id))
    return sealed


def _store(db: sqlite3.Connection, stream: int, batch: Sealed, rows: Sequence[Row]) -> Outgoing:
    added = db.execute(
        "INSERT INTO batches (stream, seq, link) VALUES (?, ?, ?)", (stream, batch.seq, batch.link)
    )
    number, sealed = msgspec.convert(added.lastrowid, int), encode(batch)
    db.execute("INSERT INTO payloads (batch, sealed) VALUES (?1, lock(?2, 'payloads', ?1))", (number, sealed))
    ids = msgspec.json.encode([row.id for row in rows])
    db.execute("UPDATE readings SET batch = ? WHERE id IN (SELECT value FROM json_each(?))", (number, ids))
    db.execute("DELETE FROM waiting WHERE id IN (SELECT value FROM json_each(?))", (ids,))
    return Outgoing(number, sealed)


def _rows_of(db: sqlite3.Connection, query: str, parameter: int) -> list[Row]:
    """Take the batches of the query apart and give their rows, which wait again."""
    rows = [row for (batch,) in db.execute(query, (parameter,)).fetchall() for row in _take_apart(db, batch)]
    db.executemany("UPDATE readings SET batch = NULL WHERE id = ?", [(row.id,) for row in rows])
    db.executemany(
        "INSERT INTO waiting (id, body) VALUES (?1, lock(?2, 'waiting', ?1))",
        [(row.id, row.body) for row in rows],
    )
    return rows


def _take_apart(db: sqlite3.Connection, batch: int) -> list[Row]:
    # Rows enter a batch in the order of their numbers.
    numbers = db.execute("SELECT id FROM readings WHERE batch = ? ORDER BY id", (batch,)).fetchall()
    readings = unseal(payload(db, batch) or b"")
    rows = [Row(number, encode(reading)) for (number,), reading in zip(numbers, readings, strict=True)]
    db.execute("DELETE FROM payloads WHERE batch = ?", (batch,))
    db.execute("DELETE FROM batches WHERE id = ?", (batch,))
    return rows
