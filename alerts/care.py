"""What alerts needs done about an episode, in its own words. Whoever cares for people implements it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from alerts.rules.rule import Cause, ConfirmedBy, Level, Reason
from alerts.words import Words

Change = Literal["opened", "escalated", "confirmed", "paged", "updated", "closed", "reopened"]


@dataclass(frozen=True, slots=True)
class Concern:
    """One episode after a change. `version` rises by one with each, so that an old one is recognised.

    `changes` are all that happened in this step; people are told anew only of more than `updated`.
    `reason`, `rule` (code and version) and `value` are those of the finding that set the level; `inputs` are
    the ids of the readings it rests on. Where that is an answer about symptoms, `value` and further `inputs`
    are of the measurement that it was asked about, if there was one. `readings` counts all that belong to the
    episode. Times are those of the readings, but for `heard_at`, when the first of them was stored: duties
    run from there.
    """

    episode: UUID
    version: int
    changes: tuple[Change, ...]
    resident: UUID
    cause: Cause
    level: Level
    late: bool
    provisional: bool
    awaits_repeat: bool
    opened_at: datetime
    heard_at: datetime
    confirmed_at: datetime | None
    confirmed_by: ConfirmedBy | None
    paged_at: datetime | None
    closed_at: datetime | None
    rule: tuple[str, str]
    reason: Reason
    value: str
    inputs: tuple[str, ...]
    readings: int
    words: tuple[Words, ...]


class Care(Protocol):
    """Writes in the session it was made with; the engine commits."""

    def attend(self, concern: Concern, now: datetime) -> UUID:
        """Answer an episode's change; the id of the task that it is answered by."""
        ...


CareFactory = Callable[[Session], Care]
