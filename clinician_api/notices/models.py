"""The outbox: a row for each recipient of each message, with a time for every state it reached, and the ways
that were tried beside the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.db import Base


class Notice(Base):
    """`sent`: it stands in the inbox. `delivered`: a page of the recipient's fetched it. `seen`: one showed
    it. `acted`: the recipient did something about its subject. Each at most once.

    `step` is the next of its other ways, to be tried at `try_at`; None where none is. `unreached_at`: no way
    brought it to anybody; `taken_up`: that has become a call that is owed."""

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
    step: Mapped[int] = mapped_column(SmallInteger, default=0)
    try_at: Mapped[datetime | None]
    unreached_at: Mapped[datetime | None]
    taken_up: Mapped[bool] = mapped_column(default=False)


class Delivery(Base):
    """One way that was tried for a notice, and what came of it: `trouble` is None where it was sent."""

    __tablename__ = "notice_delivery"

    notice: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    channel: Mapped[str]
    tried_at: Mapped[datetime]
    trouble: Mapped[str | None]
