"""What receipts said of single readings, for whoever tells the home. Changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Final
from uuid import UUID

from gateway.trust.receipts import Fate

_RECEIPTED: Final = """
SELECT max(refused IS NOT NULL OR outcome = 'rejected')
FROM readings LEFT JOIN batches ON batches.id = readings.batch
WHERE reading_id = blind(?) HAVING count(outcome) = count(*) AND count(*) > 0
"""


def of(db: sqlite3.Connection, readings: Collection[UUID]) -> dict[UUID, Fate]:
    """Those without a receipt for all that is kept of them are left out."""
    rows = ((reading, db.execute(_RECEIPTED, (reading.bytes,)).fetchone()) for reading in readings)
    return {reading: "not_accepted" if row[0] else "stored" for reading, row in rows if row is not None}
