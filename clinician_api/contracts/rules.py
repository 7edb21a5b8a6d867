"""When a contract gives sight, and who answers for a resident before, during and after it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Final, Literal
from uuid import UUID

from clinician_api.contracts import dates

ZONE: Final = dates.ZONE
"""Whose days a contract counts (design.md §4, invariant 7)."""

DUTY_DESK: Final = timedelta(days=30)
"""How long an institution's duty desk answers after the end (domain 3.5a, rule 18)."""


@dataclass(frozen=True, slots=True)
class Term:
    """A contract's days, both inside, and when it was ended before its time.

    `opens_at`: both had signed, and the fee was settled, only then and not before the first day.
    """

    contract: UUID
    team: UUID
    institution: UUID
    begins: date
    ends: date
    ended_at: datetime | None
    opens_at: datetime | None = None

    @property
    def since(self) -> datetime:
        first = dates.midnight(self.begins)
        return first if self.opens_at is None else max(first, self.opens_at)

    @property
    def until(self) -> datetime:
        """At this second it is over. One that was ended before it began lasted no time."""
        by_date = dates.midnight(self.ends + timedelta(days=1))
        return by_date if self.ended_at is None else max(self.since, min(by_date, self.ended_at))

    @property
    def ever_held(self) -> bool:
        return self.until > self.since


@dataclass(frozen=True, slots=True)
class Watch:
    """Who answers for a resident in a span of time: a team, or for a while after its contract the desk."""

    kind: Literal["team", "duty_desk"]
    term: Term
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers now. `nobody`: the home says that nobody is watching, and to call 120."""

    kind: Literal["team", "duty_desk", "nobody"]
    team: UUID | None = None
    institution: UUID | None = None
    contract: UUID | None = None
    until: datetime | None = None


def watches(terms: Sequence[Term]) -> Iterator[Watch]:
    """Of one resident, in order. A new team relieves the desk of the old one."""
    held = sorted((term for term in terms if term.ever_held), key=lambda term: term.since)
    for term, following in zip_longest(held, held[1:]):
        yield Watch("team", term, term.since, term.until)
        relieved = term.until + DUTY_DESK
        if following is not None:
            relieved = min(relieved, following.since)
        if relieved > term.until:
            yield Watch("duty_desk", term, term.until, relieved)


def responsible(terms: Sequence[Term], now: datetime) -> Responsible:
    for watch in watches(terms):
        if watch.since <= now < watch.until:
            team = watch.term.team if watch.kind == "team" else None
            return Responsible(watch.kind, team, watch.term.institution, watch.term.contract, watch.until)
    return Responsible("nobody")


def overlaps(one: Term, other: Term) -> bool:
    return one.since < other.until and other.since < one.until
