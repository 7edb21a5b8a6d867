"""The table of regions' files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.db import Base


class RegionConfig(Base):
    """A file that was put in force. Rows are only added: the newest that has begun holds."""

    __tablename__ = "region_config"

    region: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    effective_from: Mapped[date] = mapped_column(Date)
    said: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(Text)
    applied_at: Mapped[datetime]
    applied_by: Mapped[UUID | None]
