"""Words of a task and what closing one needs. Looks nothing up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from clinician_api.errors import InvalidError

Kind = Literal["critical", "high", "watch", "data"]
How = Literal["phone", "video", "visit", "message", "unreachable"]
Outcome = Literal["adjusted", "educated", "referred", "false_alarm", "device_problem", "nothing_needed"]
DeskKind = Literal["team", "institution", "nobody"]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a duty lies while nobody owns it: with a team, with an institution's duty desk, or nowhere."""

    kind: DeskKind
    team: UUID | None = None
    institution: UUID | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A duty that arises. `reason` is the code of the rule that saw the need."""

    kind: Kind
    resident: UUID
    episode: UUID
    reason: str
    desk: Desk
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task has come. An acknowledgement alone never closes it: only an outcome does."""

    owner: UUID | None = None
    claimed_at: datetime | None = None
    contacted_at: datetime | None = None
    contacted_how: How | None = None
    outcome: str | None = None
    next_follow_up: date | None = None
    closed_at: datetime | None = None


def is_contact(how: How) -> bool:
    """Ringing without an answer is an attempt, and reaches nobody."""
    return how != "unreachable"


def checked_outcome(outcome: Outcome | None) -> Outcome:
    """Raises InvalidError."""
    if outcome is None:
        raise InvalidError("task.outcome_missing", "outcome")
    return outcome


def checked_follow_up(day: date | None, today: date) -> date | None:
    """The next contact lies ahead. Raises InvalidError."""
    if day is not None and day <= today:
        raise InvalidError("task.follow_up_in_the_past", "next_follow_up")
    return day
