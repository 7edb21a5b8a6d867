"""The outbox: a row for each recipient of each message, with a time for every state it reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.db import Base


class Notice(Base):
    """`sent`: it stands in the inbox. `delivered`: a page of the recipient's fetched it. `seen`: one showed
    it. `acted`: the recipient did something about its subject. Each at most once."""

    __tablename__ = "notice"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    recipient_kind: Mapped[str]
    recipient: Mapped[UUID]
    code: Mapped[str]
    subject_kind: Mapped[str]
    subject: Mapped[UUID]
    occasion: Mapped[str]
    facts: Mapped[dict[str, Any]]
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    acted_at: Mapped[datetime | None]
