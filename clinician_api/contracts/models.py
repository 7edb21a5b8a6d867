"""The table of contracts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Text
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.contracts.rules import State, Why
from clinician_api.db import Base


class Contract(Base):
    __tablename__ = "contract"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID]
    team: Mapped[UUID]
    institution: Mapped[UUID]
    begins: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)
    state: Mapped[State] = mapped_column(Text)
    signed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    why: Mapped[Why | None] = mapped_column(Text)
