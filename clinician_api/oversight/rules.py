"""A look in an emergency (break-glass): who may take one, for how long, and who reviews it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from clinician_api.access.rules import CLINICAL, Actor
from clinician_api.errors import ConflictError, InvalidError, NotAllowedError

Cause = Literal["life_at_risk", "cannot_answer", "team_unreachable", "outbreak"]
Verdict = Literal["justified", "unjustified"]

HOURS: Final = (1, 4, 24)
REVIEW: Final = timedelta(hours=24)
"""Within which somebody else judges it (domain 6, access audit)."""

UNREVIEWED: Final = 5
"""From so many of one person that nobody has judged yet, no further one is opened."""

_LEAST_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Look:
    """One account's sight of one resident out of their reach, and what was said of it since."""

    id: UUID
    account: UUID
    institution: UUID
    resident: UUID
    cause: Cause
    words: str
    since: datetime
    until: datetime
    reviewer: UUID | None = None
    reviewed_at: datetime | None = None
    verdict: Verdict | None = None
    remark: str = ""

    @property
    def review_due(self) -> datetime:
        return self.since + REVIEW


def check_may_look(actor: Actor) -> UUID:
    """Their institution. Those who set up, guard or check see no resident in an emergency either."""
    if actor.behalf is not None or actor.institution is None or CLINICAL.isdisjoint(actor.roles):
        raise NotAllowedError("role.not_allowed")
    return actor.institution


def check_asked(words: str, hours: int, *, unreviewed: int) -> timedelta:
    """For how long, of what was asked."""
    if hours not in HOURS:
        raise InvalidError("emergency.hours", "hours")
    if len(words.strip()) < _LEAST_WORDS:
        raise InvalidError("emergency.words_missing", "words")
    if unreviewed >= UNREVIEWED:
        raise ConflictError("emergency.too_many_unreviewed")
    return timedelta(hours=hours)


def may_review(look: Look, actor: Actor) -> bool:
    """A supervisor of the same institution or an auditor of it, and never whoever looked."""
    is_theirs = actor.institution == look.institution and actor.behalf is None
    return (
        is_theirs and actor.account != look.account and not actor.roles.isdisjoint({"supervisor", "auditor"})
    )


def check_review(look: Look, verdict: Verdict, remark: str) -> None:
    """An unjustified one has to be said why."""
    if look.verdict is not None:
        raise ConflictError("emergency.reviewed_already")
    if verdict == "unjustified" and len(remark.strip()) < _LEAST_WORDS:
        raise InvalidError("emergency.remark_missing", "remark")


def is_overdue(look: Look, now: datetime) -> bool:
    return look.verdict is None and now >= look.review_due
