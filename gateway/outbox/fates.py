"""What receipts said of single readings, for whoever tells the home. Changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from uuid import UUID

from gateway.receipts import Fate


def of(db: sqlite3.Connection, readings: Collection[UUID]) -> dict[UUID, Fate]:
    """Those without a receipt for all that is kept of them are left out."""
    if not readings:
        return {}
    places = ", ".join("?" * len(readings))
    rows = db.execute(
        "SELECT reading_id, max(refused IS NOT NULL OR outcome = 'rejected')"  # noqa: S608  question marks alone
        " FROM readings LEFT JOIN batches ON batches.id = readings.batch"
        f" WHERE reading_id IN ({places})"
        " GROUP BY reading_id HAVING count(outcome) = count(*)",
        [reading.bytes for reading in readings],
    )
    return {UUID(bytes=found): "not_accepted" if refused else "stored" for found, refused in rows}
