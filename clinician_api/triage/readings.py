"""The few things that a case needs to know of stored readings. Only asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from clinician_api.errors import About, NotFoundError

_STORED: Final = text("""
select max(greatest(stored_at, attributed_at)) from ingest.readings
where resident = :resident and reading_id = :reading
""")
_NEWEST: Final = text(
    "select max(taken_at) from ingest.readings where resident = :resident and reading_id = any(:readings)"
)


def stored_at(db: Session, resident: UUID, reading: UUID) -> datetime:
    """Since when it is known as it is. Raises NotFoundError where the resident has no such reading."""
    found: datetime | None = db.scalar(_STORED, {"resident": resident, "reading": reading})
    if found is None:
        raise NotFoundError("reading.unknown", about=About("reading", reading))
    return found


def newest(db: Session, resident: UUID, readings: Iterable[str]) -> datetime | None:
    """When the last of these was measured; None where none of them is stored."""
    found: datetime | None = db.scalar(
        _NEWEST, {"resident": resident, "readings": [UUID(reading) for reading in readings]}
    )
    return found
