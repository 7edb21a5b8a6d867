"""When each boot of this board began, by a clock that could be believed later. Asks no clock itself.

A board without a battery wakes up in the year in which it was put down, or in 1970. What it hears then is
stamped by boot and time since boot, and dated once somebody knows when that boot began.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from device_drivers.wire.batch import Boot
from device_drivers.wire.codec import decode
from device_drivers.wire.reading import Heard, Reading
from gateway.outbox.keeping import EPOCH, microseconds
from gateway.trust.sealing import is_unsynced

KEPT: Final = 1000
"""Boots that are remembered: some years of a box that is switched off each night."""

_NOTE: Final = """
INSERT INTO boots (boot, began, by) VALUES (?1, ?2, ?3)
ON CONFLICT (boot) DO UPDATE SET began = excluded.began, by = excluded.by
    WHERE (excluded.by = 'clock' AND boots.by = 'cloud')
       OR (excluded.by = 'cloud' AND boots.by = 'cloud' AND excluded.began > boots.began)
"""


def note_clock(db: sqlite3.Connection, now: Heard) -> bool:
    """A synchronised clock says when this boot began; the first time counts. Whether it was news."""
    return now.synced and _note(db, now, now.at, "clock")


def note_cloud(db: sqlite3.Connection, now: Heard, cloud_time: datetime) -> bool:
    """A receipt heard now: its time has passed, so this boot began no earlier than that allows. The latest
    such bound is the best, and how long a receipt was on its way is all that it is wrong by."""
    return not now.synced and _note(db, now, cloud_time, "cloud")


def of(db: sqlite3.Connection, bodies: Iterable[bytes], now: Heard) -> tuple[Boot, ...]:
    """What is known of the boots in which readings among these were heard by a clock not synchronised."""
    bodies = list(bodies)
    if not is_unsynced(b" ".join(bodies)):  # one look at all of them: hardly ever is there one
        return ()
    unsynced = (decode(body, Reading).heard.boot for body in bodies if is_unsynced(body))
    return tuple(_known(db, boot, now) for boot in dict.fromkeys(unsynced))


def _known(db: sqlite3.Connection, boot: str, now: Heard) -> Boot:
    uptime_ms = now.uptime_ms if now.boot == boot else None
    row = db.execute("SELECT began, by FROM boots WHERE boot = ?", (boot,)).fetchone()
    if row is None:
        return Boot(boot, None, None, uptime_ms)
    return Boot(boot, EPOCH + timedelta(microseconds=row[0]), row[1], uptime_ms)


def _note(db: sqlite3.Connection, now: Heard, at: datetime, by: str) -> bool:
    began = microseconds(at) - now.uptime_ms * 1000
    is_news = db.execute(_NOTE, (now.boot, began, by)).rowcount > 0
    if is_news:
        db.execute("DELETE FROM boots WHERE id <= (SELECT max(id) FROM boots) - ?", (KEPT,))
    return is_news
