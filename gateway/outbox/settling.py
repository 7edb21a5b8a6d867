"""What receipts and lineages change in the outbox, and what it may forget. Decisions are made elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from device_drivers.wire.receipt import CloudKey, Receipt
from gateway.outbox.keeping import EPOCH, microseconds
from gateway.trust.lineage import Known


def known(db: sqlite3.Connection) -> Known:
    lineage, version = db.execute("SELECT lineage, key_version FROM state").fetchone()
    return Known(lineage, version, dict(db.execute("SELECT kid, public FROM keys").fetchall()))


def adopt(db: sqlite3.Connection, keys: Iterable[CloudKey], version: int) -> None:
    """Old keys stay: a receipt may be older than the newest key set."""
    db.executemany(
        "INSERT INTO keys (kid, public) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(key.kid, key.public) for key in keys],
    )
    db.execute("UPDATE state SET key_version = ?", (version,))


def mark(db: sqlite3.Connection, batch: int, receipt: Receipt, refused: Iterable[tuple[UUID, str]]) -> None:
    """The batch has its receipt. Refused readings stay marked with their reason."""
    when = microseconds(receipt.cloud_time)
    db.execute(
        "UPDATE batches SET outcome = ?, lineage = ?, cloud_time = ? WHERE id = ?",
        (receipt.outcome, receipt.lineage, when, batch),
    )
    db.executemany(
        "UPDATE readings SET refused = ? WHERE reading_id = blind(?) AND batch = ?",
        [(reason, identity.bytes, batch) for identity, reason in refused],
    )


def note_cloud_time(db: sqlite3.Connection, cloud_time: datetime) -> None:
    db.execute("UPDATE state SET cloud_time = max(coalesce(cloud_time, 0), ?)", (microseconds(cloud_time),))


def note_safe_before(db: sqlite3.Connection, safe_before: datetime) -> None:
    db.execute(
        "UPDATE state SET safe_before = ?1, forgone = CASE WHEN forgone_until < ?1 THEN 0 ELSE forgone END",
        (microseconds(safe_before),),
    )


def rewind(db: sqlite3.Connection, lineage: int) -> bool:
    """Rise to a higher lineage: every batch receipted in a lower one, of any stream, is unsent again, refused
    readings with it. False where the lineage is not higher."""
    risen = db.execute(
        "UPDATE state SET lineage = ?1, safe_before = NULL, cloud_time = NULL,"
        " at_risk = at_risk + forgone, forgone = 0,"
        " rewind_rows = (SELECT coalesce(max(id), 0) FROM readings) WHERE lineage < ?1",
        (lineage,),
    )
    if risen.rowcount == 0:
        return False
    db.execute("UPDATE readings SET refused = NULL WHERE refused IS NOT NULL")
    db.execute(
        "UPDATE batches SET outcome = NULL, lineage = NULL, cloud_time = NULL WHERE lineage < ?", (lineage,)
    )
    return True


def known_rewound(db: sqlite3.Connection) -> int:
    """As it was last written down."""
    return int(db.execute("SELECT rewound FROM state").fetchone()[0])


def rewound(db: sqlite3.Connection) -> int:
    """The highest lineage in which every reading from before its rewind has a receipt."""
    db.execute(
        "UPDATE state SET rewound = lineage WHERE rewound < lineage AND NOT EXISTS"
        " (SELECT 1 FROM readings LEFT JOIN batches ON batches.id = readings.batch"
        "  WHERE readings.id <= rewind_rows AND outcome IS NULL)"
    )
    return known_rewound(db)


def times(db: sqlite3.Connection) -> tuple[datetime | None, datetime | None]:
    """`safe_before` and the latest cloud time, both of the current lineage."""
    safe_before, cloud_time = db.execute("SELECT safe_before, cloud_time FROM state").fetchone()
    return _moment(safe_before), _moment(cloud_time)


def purge(db: sqlite3.Connection, bound: datetime) -> int:
    """Forget what was receipted in the current lineage before the bound. Returns the number of readings."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS purged (batch INTEGER PRIMARY KEY)")
    db.execute("DELETE FROM purged")
    db.execute(
        "INSERT INTO purged SELECT id FROM batches WHERE outcome IS NOT NULL AND cloud_time < ?"
        " AND lineage = (SELECT lineage FROM state)",
        (microseconds(bound),),
    )
    return _delete_purged(db)


def let_go(db: sqlite3.Connection, size: int) -> int:
    """Forget the oldest receipted batches, until as many bytes are free; never one without a receipt. What a
    restore could have asked for is counted, and is at risk if one comes. Returns the number of readings."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS purged (batch INTEGER PRIMARY KEY)")
    db.execute("DELETE FROM purged")
    db.execute(
        "INSERT INTO purged SELECT batch FROM (SELECT batch, sum(length(sealed)) OVER (ORDER BY batch)"
        " - length(sealed) AS before FROM payloads JOIN batches ON batches.id = batch"
        " WHERE outcome IS NOT NULL) WHERE before < ?",
        (size,),
    )
    db.execute(
        "UPDATE state SET forgone = forgone + (SELECT count(*) FROM readings WHERE batch IN purged),"
        " forgone_until = max(forgone_until, (SELECT coalesce(max(cloud_time), 0) FROM batches"
        " WHERE id IN purged))"
    )
    return _delete_purged(db)


def _delete_purged(db: sqlite3.Connection) -> int:
    gone = db.execute("DELETE FROM readings WHERE batch IN (SELECT batch FROM purged)").rowcount
    db.execute("DELETE FROM payloads WHERE batch IN (SELECT batch FROM purged)")
    db.execute("DELETE FROM batches WHERE id IN (SELECT batch FROM purged)")
    return gone


def _moment(since: int | None) -> datetime | None:
    return None if since is None else EPOCH + timedelta(microseconds=since)
