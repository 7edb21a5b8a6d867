"""The outbox's tables and how they are opened. Each version adds a script; none is ever edited."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from gateway.outbox.safe import Safe

_FIRST: Final = """
CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    lineage INTEGER NOT NULL DEFAULT 0,      -- the highest verified
    rewound INTEGER NOT NULL DEFAULT 0,      -- the highest whose rewind is complete
    rewind_rows INTEGER NOT NULL DEFAULT 0,  -- the last reading that the latest rewind concerns
    safe_before INTEGER,                     -- microseconds since 1970, as said for `lineage`
    cloud_time INTEGER,                      -- the latest in a receipt of `lineage`
    key_version INTEGER NOT NULL DEFAULT 0,
    at_risk INTEGER NOT NULL DEFAULT 0,      -- see counts.Counts
    undecodable INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO state (one) VALUES (1);
CREATE TABLE keys (kid TEXT PRIMARY KEY, public TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE meters (
    address TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    key_kind TEXT NOT NULL,
    recipe INTEGER NOT NULL,
    model TEXT,
    cursor INTEGER,                          -- the last record of a re-readable memory that was kept
    cursor_words BLOB,                       -- its time and value: see conversation.Mark
    tells_seconds INTEGER NOT NULL DEFAULT 0 -- its clock once showed other seconds than 00
) STRICT, WITHOUT ROWID;
CREATE TABLE transfers (                     -- those under way; AUTOINCREMENT: no number ever comes again
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sends_once INTEGER NOT NULL
) STRICT;
CREATE TABLE occurrences (                   -- of identical records within one transfer
    transfer INTEGER NOT NULL,
    content BLOB NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (transfer, content)
) STRICT, WITHOUT ROWID;
CREATE TABLE frames (
    id INTEGER PRIMARY KEY,
    transfer INTEGER NOT NULL,
    address TEXT NOT NULL,
    driver TEXT NOT NULL,
    characteristic TEXT NOT NULL,
    value BLOB NOT NULL,
    heard BLOB NOT NULL,
    error TEXT                               -- null: not settled yet
) STRICT;
CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    stream TEXT NOT NULL UNIQUE,
    seq INTEGER NOT NULL,                    -- head
    link TEXT NOT NULL,
    opens BLOB                               -- for its first batch
) STRICT;
CREATE TABLE batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    link TEXT NOT NULL,
    outcome TEXT,                            -- null: no receipt of the current lineage
    lineage INTEGER,
    cloud_time INTEGER,
    UNIQUE (stream, seq)
) STRICT;
CREATE INDEX unsent_batches ON batches (id) WHERE outcome IS NULL;
-- Apart, so that a receipt rewrites a row of some bytes and not the sealed ones.
CREATE TABLE payloads (batch INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
CREATE TABLE readings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reading_id BLOB NOT NULL,
    told BLOB NOT NULL,                      -- digest of flags, quality, context: which version
    has_context INTEGER NOT NULL,
    transfer INTEGER NOT NULL,
    heard_at INTEGER NOT NULL,
    batch INTEGER,                           -- null: its bytes are in `waiting`; otherwise in the payload
    refused TEXT,                            -- why the cloud keeps it in quarantine
    repeated INTEGER NOT NULL DEFAULT 0,     -- an equal one came in another transfer, from a clock of minutes
    UNIQUE (reading_id, told)
) STRICT;
CREATE TABLE waiting (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
"""

# What a reading says, and every id or digest that could be guessed from it, is locked from here on (safe.py).
_LOCKED: Final = """
ALTER TABLE frames ADD COLUMN why BLOB;      -- the error's words, which repeat the frame; `error` is a mark
UPDATE frames SET why = lock(CAST(error AS BLOB), 'frames', transfer), error = 'undecodable'
    WHERE error IS NOT NULL;
UPDATE frames SET value = lock(value, 'frames', transfer);
UPDATE meters SET cursor_words = lock(cursor_words, 'meters', address);
UPDATE occurrences SET content = blind(content);
UPDATE readings SET reading_id = blind(reading_id), told = blind(told);
UPDATE waiting SET body = lock(body, 'waiting', id);
UPDATE payloads SET sealed = lock(sealed, 'payloads', batch);
"""

_QUIRKS: Final = "ALTER TABLE meters ADD COLUMN quirk TEXT; -- see device_drivers.quirks; null: none found\n"

_BOOTS: Final = """
CREATE TABLE boots (                         -- see boots.py
    id INTEGER PRIMARY KEY,
    boot TEXT NOT NULL UNIQUE,
    began INTEGER NOT NULL,                  -- microseconds since 1970
    by TEXT NOT NULL                         -- clock: exact; cloud: no earlier than this
) STRICT;
"""

# Readings let go for want of room that a restore could ask for, and the latest of their receipts.
_FORGONE: Final = """
ALTER TABLE state ADD COLUMN forgone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN forgone_until INTEGER NOT NULL DEFAULT 0;
"""

# Of what the radio's stack still holds after a crash only that is news which was not heard.
_LAST_FRAMES: Final = """
ALTER TABLE transfers ADD COLUMN address TEXT; -- these three null: begun by an older version
ALTER TABLE transfers ADD COLUMN driver TEXT;
ALTER TABLE transfers ADD COLUMN began BLOB;
CREATE TABLE last_frames (                     -- what each meter was last heard to say, blind
    address TEXT NOT NULL,
    characteristic TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (address, characteristic)
) STRICT, WITHOUT ROWID;
"""

_ANSWERS: Final = """
CREATE TABLE answers (stream TEXT PRIMARY KEY, payload BLOB NOT NULL) STRICT, WITHOUT ROWID;
"""

SCRIPTS: Final = (_FIRST, _LOCKED, _QUIRKS, _BOOTS, _FORGONE, _LAST_FRAMES, _ANSWERS)


class OutboxError(Exception):
    """The outbox cannot be used; the message says what to do."""


def connect(path: str, safe: Safe) -> sqlite3.Connection:
    """Open and bring to the current schema. Every commit is on disk when it returns. The connection belongs
    to the thread that opened it: sqlite3 refuses others. Raises OutboxError on a file of a later version."""
    db = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    safe.teach(db)
    db.execute("PRAGMA secure_delete = FAST")  # free pages that are at hand anyway keep nothing of a row
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA wal_autocheckpoint = 4000")  # pages: 16 MB, which spares the card
    db.execute("PRAGMA busy_timeout = 5000")
    db.execute("PRAGMA cache_size = -1000")  # kB; the usual 2000 weigh 1 MB more and win nothing here
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(SCRIPTS):
        db.close()
        raise OutboxError(
            f"{path} was written by a newer gateway (schema {version}): install that version again"
        )
    if version < len(SCRIPTS):  # at once: who looks in meanwhile finds the old tables or the new ones
        steps = "".join(SCRIPTS[version:])
        db.executescript(f"BEGIN;{steps}PRAGMA user_version = {len(SCRIPTS)};COMMIT;")
    if version == 1:  # its rows lay open, and free pages still show them
        db.executescript("VACUUM;PRAGMA wal_checkpoint(TRUNCATE);")
    return db


def is_made(path: Path) -> bool:
    """Whether there is an outbox with its tables; a gateway may be making it this moment."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return bool(db.execute("PRAGMA user_version").fetchone()[0])


def connect_to_read(path: Path, safe: Safe | None = None) -> sqlite3.Connection:
    """Look into the outbox of a gateway that may be running; without its safe, what is locked stays locked.
    Raises OutboxError on another version."""
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    if safe is not None:
        safe.teach(db)
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if version != len(SCRIPTS):
        db.close()
        raise OutboxError(f"{path} is of schema {version}, not {len(SCRIPTS)}: start this gateway once")
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; synced to disk at the end."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:  # SQLite has rolled back by itself where the disk is full
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
