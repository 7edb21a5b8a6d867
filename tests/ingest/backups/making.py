"""Backups as they could have been made. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ingest.backups.backup import Backup

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def backup(day: int, *, first_wal: str = "000000010000000000000003", timeline: int = 1) -> Backup:
    """Begun at midnight, complete an hour later."""
    began = MIDNIGHT + timedelta(days=day)
    return Backup(
        name=began.strftime("%Y%m%dT%H%M%SZ"),
        started_at=began,
        ended_at=began + timedelta(hours=1),
        lineage=1,
        cluster="77",
        timeline=timeline,
        version=18,
        database="hearthline",
        user="hearthline",
        first_wal=first_wal,
        bytes=1,
    )
