"""What is known of a backup, which ones to keep, and what gateways may forget because of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

SKEW: Final = timedelta(minutes=10)
"""How far the clock of a worker, which dates receipts, may be from the database's, which dates backups."""


class Backup(Struct, frozen=True, forbid_unknown_fields=True):
    """A verified copy of a cluster's files. It holds every commit from before `started_at`, perhaps none from
    after `ended_at`; both by the database's clock.

    `first_wal` is the file of the write-ahead log with which a recovery from it begins.
    """

    name: str
    started_at: datetime
    ended_at: datetime
    lineage: int
    cluster: str
    timeline: int
    version: int
    database: str
    user: str
    first_wal: str
    bytes: int

    @property
    def holds_before(self) -> datetime:
        """A receipt from before this moment, by whichever worker's clock, names what is in the backup."""
        return self.started_at - SKEW


def in_order(backups: Iterable[Backup]) -> tuple[Backup, ...]:
    """The oldest first."""
    return tuple(sorted(backups, key=lambda backup: (backup.started_at, backup.name)))


def outlived(backups: Iterable[Backup], keep: int) -> tuple[Backup, ...]:
    """Those that go when only the newest stay."""
    return in_order(backups)[:-keep]


def safe_before(kept: Iterable[Backup]) -> datetime | None:
    """Receipts from before this moment name what every kept backup holds; None where there is none."""
    return min((backup.holds_before for backup in kept), default=None)


def latest(backups: Iterable[Backup], until: datetime | None) -> Backup | None:
    """From which to recover a moment, the newest state if None: the newest that was complete by then."""
    fit = [backup for backup in in_order(backups) if until is None or backup.ended_at <= until]
    return fit[-1] if fit else None
