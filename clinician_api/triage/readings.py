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
select greatest(stored_at, attributed_at), withdrawn from ingest.readings
where resident = :resident and reading_id = :reading
order by revision desc limit 1
""")
_NEWEST: Final = text(
    "select max(taken_at) from ingest.readings where resident = :resident and reading_id = any(:readings)"
)


def stored_at(db: Session, resident: UUID, reading: UUID) -> datetime:
    """Since when it is known as it is. Raises NotFoundError where the resident has no such reading, or has it
    no more."""
    found = db.execute(_STORED, {"resident": resident, "reading": reading}).first()
    if found is None or found.withdrawn:
        raise NotFoundError("reading.unknown", about=About("reading", reading))
    stored: datetime = found[0]
    return stored


def newest(db: Session, resident: UUID, readings: Iterable[str]) -> datetime | None:
    """When the last of these was measured; None where none of them is stored."""
    found: datetime | None = db.scalar(
        _NEWEST, {"resident": resident, "readings": [UUID(reading) for reading in readings]}
    )
    return found
