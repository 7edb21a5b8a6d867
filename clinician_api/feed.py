"""Tells open pages that something changed: which one, never what it says. Sends nothing to browsers."""

from __future__ import annotations

import json
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

CHANNEL: Final = "care"

Kind = Literal["episode", "reading", "notice"]


def tell(db: Session, kind: Kind, id: UUID, version: int) -> None:  # noqa: A002 (as the message says it)
    """Heard when the transaction commits, and never if it does not.

    `id` is an episode's, a resident's (`reading`) or a recipient's (`notice`).
    """
    message = json.dumps({"kind": kind, "id": str(id), "version": version})
    db.execute(text("select pg_notify(:channel, :message)"), {"channel": CHANNEL, "message": message})
