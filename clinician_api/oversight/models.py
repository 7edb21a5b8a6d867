"""The table of looks in an emergency."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.db import Base
from clinician_api.oversight.rules import Cause, Verdict


class EmergencyLook(Base):
    __tablename__ = "emergency_look"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[UUID]
    institution: Mapped[UUID]
    resident: Mapped[UUID]
    cause: Mapped[Cause] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    until: Mapped[datetime]
    reviewer: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    verdict: Mapped[Verdict | None] = mapped_column(Text)
    remark: Mapped[str] = mapped_column(Text)
