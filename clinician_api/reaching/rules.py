"""A call that is owed because no way reached somebody: when it is due, and what may come of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from clinician_api.errors import ConflictError, InvalidError
from clinician_api.notices.routing import Urgency

Said = Literal["reached", "visited", "nobody_answered", "wrong_number", "no_longer_needed"]
Closing = Literal["reached", "visited", "no_longer_needed", "seen"]
"""`seen` is no person's word: they opened the page themselves meanwhile."""

DUE: Final[Mapping[Urgency, timedelta]] = {
    "now": timedelta(minutes=15),
    "soon": timedelta(hours=24),
    "courtesy": timedelta(days=7),
}
"""From when the last way failed."""

OWN: Final = "reach."
"""How the codes begin of what this room tells: of those no further call is owed, or it would never end."""


def code_for(urgency: Urgency) -> str:
    return "reach.call_now" if urgency == "now" else "reach.call"


def check_open(closed_at: datetime | None, version: int, seen: int) -> None:
    """Raises ConflictError where somebody was faster."""
    if closed_at is not None:
        raise ConflictError("reach.closed_already")
    if version != seen:
        raise ConflictError("reach.changed")


def closes(said: Said, note: str) -> Closing | None:
    """What it ends with; None where it goes on. Only a reason makes it needless."""
    if said == "no_longer_needed" and not note.strip():
        raise InvalidError("reach.note_missing", "note")
    match said:
        case "reached" | "visited" | "no_longer_needed":
            return said
        case "nobody_answered" | "wrong_number":
            return None
