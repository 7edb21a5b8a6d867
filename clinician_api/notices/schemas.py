"""A notice as it travels."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class NoticeOut(BaseModel):
    """`code` chooses the words and `facts` fill them in; a state that was not reached has no time."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    code: str
    subject_kind: str
    subject: UUID
    facts: dict[str, Any]
    queued_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    seen_at: datetime | None
    acted_at: datetime | None


class InboxOut(BaseModel):
    notices: list[NoticeOut]
    unseen: int
