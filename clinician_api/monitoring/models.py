"""The table of comparisons. Rows are only ever added: the newest of a kind counts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.db import Base
from clinician_api.monitoring.rules import Kind


class DeviceCheck(Base):
    __tablename__ = "device_check"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID]
    contract: Mapped[UUID]
    kind: Mapped[Kind] = mapped_column(Text)
    meter: Mapped[str] = mapped_column(Text)
    home_systolic: Mapped[Decimal | None] = mapped_column(Numeric)
    home_diastolic: Mapped[Decimal | None] = mapped_column(Numeric)
    home_glucose: Mapped[Decimal | None] = mapped_column(Numeric)
    clinic_systolic: Mapped[Decimal | None] = mapped_column(Numeric)
    clinic_diastolic: Mapped[Decimal | None] = mapped_column(Numeric)
    clinic_glucose: Mapped[Decimal | None] = mapped_column(Numeric)
    agrees: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    account: Mapped[UUID | None]
    checked_at: Mapped[datetime]
