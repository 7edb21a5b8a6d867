"""The few things that a case needs to know of stored readings. Only asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from clinician_api.errors import About, NotFoundError

_EXISTS: Final = text(
    "select 1 from ingest.readings where resident = :resident and reading_id = :reading limit 1"
)
_NEWEST: Final = text(
    "select max(taken_at) from ingest.readings where resident = :resident and reading_id = any(:readings)"
)


def check(db: Session, resident: UUID, reading: UUID) -> None:
    """Raises NotFoundError where the resident has no such reading."""
    if db.scalar(_EXISTS, {"resident": resident, "reading": reading}) is None:
        raise NotFoundError("reading.unknown", about=About("reading", reading))


def newest(db: Session, resident: UUID, readings: Iterable[str]) -> datetime | None:
    """When the last of these was measured; None where none of them is stored."""
    found: datetime | None = db.scalar(
        _NEWEST, {"resident": resident, "readings": [UUID(reading) for reading in readings]}
    )
    return found
