"""A task as it travels."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class TaskOut(BaseModel):
    """`owner` is an account; without one the duty lies with the desk."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    resident: UUID
    episode: UUID
    reason: str
    desk: str
    team: UUID | None
    institution: UUID | None
    due_at: datetime
    opened_at: datetime
    owner: UUID | None
    claimed_at: datetime | None
    contacted_at: datetime | None
    contacted_how: str | None
    outcome: str | None
    note: str
    next_follow_up: date | None
    closed_at: datetime | None


class TasksOut(BaseModel):
    tasks: list[TaskOut]
