"""The tasks. An episode's task is open from its first moment; a closed one keeps its outcome for ever."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.db import Base


class Task(Base):
    __tablename__ = "task"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]
    resident: Mapped[UUID]
    episode: Mapped[UUID]
    reason: Mapped[str]
    desk: Mapped[str]
    team: Mapped[UUID | None]
    institution: Mapped[UUID | None]
    due_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    owner: Mapped[UUID | None]
    claimed_at: Mapped[datetime | None]
    contacted_at: Mapped[datetime | None]
    contacted_how: Mapped[str | None]
    outcome: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    next_follow_up: Mapped[date | None]
    closed_at: Mapped[datetime | None]
