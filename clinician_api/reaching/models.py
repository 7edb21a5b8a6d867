"""The table of calls that are owed, and their tries."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.db import Base
from clinician_api.notices.routing import Urgency
from clinician_api.reaching.rules import Closing, Said


class OwedCall(Base):
    """Has the id of its notice. `account` is who is to be called where it is not the resident: family, or
    one of the staff. Without an owner it lies on the desk of the team or the institution."""

    __tablename__ = "owed_call"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID | None]
    account: Mapped[UUID | None]
    institution: Mapped[UUID | None]
    code: Mapped[str]
    urgency: Mapped[Urgency] = mapped_column(Text)
    owner: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    version: Mapped[int]
    closed_at: Mapped[datetime | None]
    closing: Mapped[Closing | None] = mapped_column(Text)


class CallTry(Base):
    """What somebody said of one try. Never changed."""

    __tablename__ = "call_try"

    call: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[UUID]
    at: Mapped[datetime]
    said: Mapped[Said] = mapped_column(Text)
    note: Mapped[str]
