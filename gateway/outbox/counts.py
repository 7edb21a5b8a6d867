"""What the outbox holds, in numbers, and the risks nobody else counts."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from msgspec import Struct

from gateway.outbox.keeping import EPOCH


class Counts(Struct, frozen=True):
    """`unsent` readings have no receipt of the current lineage; `waiting` are those of them not yet sealed.

    `at_risk` counts what may have been lost without trace, each case once:
    - readings whose equal came again in another transfer from a clock that shows no seconds: two measurements
      within one minute look like one record read twice;
    - frames that were heard but could not be written to disk;
    - transfers, cut off by a crash of ours or of the radio's stack, of a meter that never repeats itself: the
      radio may have confirmed a frame just before its write.
    """

    unsent: int
    waiting: int
    receipted: int
    refused: int
    oldest_unsent: datetime | None
    at_risk: int
    undecodable: int


def count(db: sqlite3.Connection, missed: int) -> Counts:
    """`missed`: frames that could not be written and are not in the table yet."""
    unsent, oldest = db.execute(
        "SELECT count(*), min(heard_at) FROM readings LEFT JOIN batches ON batches.id = readings.batch"
        " WHERE outcome IS NULL"
    ).fetchone()
    waiting: int = db.execute("SELECT count(*) FROM waiting").fetchone()[0]
    held, refused = db.execute("SELECT count(*), count(refused) FROM readings").fetchone()
    at_risk, undecodable = db.execute("SELECT at_risk, undecodable FROM state").fetchone()
    return Counts(
        unsent=unsent,
        waiting=waiting,
        receipted=held - unsent,
        refused=refused,
        oldest_unsent=None if oldest is None else EPOCH + timedelta(microseconds=oldest),
        at_risk=at_risk + missed,
        undecodable=undecodable,
    )


def add_missed(db: sqlite3.Connection, frames: int) -> None:
    """Write down frames that could not be written when they were heard."""
    if frames:
        db.execute("UPDATE state SET at_risk = at_risk + ?", (frames,))
