"""Tables of what stops the clock, and of what was destroyed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.db import Base


class LegalHold(Base):
    """Nothing of this resident is destroyed until it is lifted."""

    __tablename__ = "legal_hold"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class Tombstone(Base):
    """That somebody was here, and was forgotten on time: the bare id, the digests of what was destroyed."""

    __tablename__ = "tombstone"

    resident: Mapped[UUID] = mapped_column(primary_key=True)
    last_end: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    agreements: Mapped[int] = mapped_column(Integer)
    digests: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
