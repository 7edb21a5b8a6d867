"""Which months of readings may leave the tables. Decides only; detaches nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from ingest.months import Month

KEPT: Final = 25
"""Months that always stand: two whole years beside each other, and the one that runs. Whatever judges or
draws looks back less far than that."""

REST: Final = timedelta(days=30)
"""For so long nothing may have been stored of a month, revisions included: whoever follows by a cursor has
taken it over, and a meter's old memory is not just being read."""

SETTLED: Final = timedelta(days=7)
"""After a month's end; most of what gateways held back has come in by then."""

Hindrance = Literal["young", "stirring", "followed"]
"""Too few months ago; something was stored of it lately; a cursor has not passed it."""


@dataclass(frozen=True, slots=True)
class MonthState:
    """A month that stands: when a row of it was stored or changed hands last; None without rows."""

    month: Month
    rows: int
    last_at: datetime | None
    is_followed: bool


def hindrance(state: MonthState, now: datetime) -> Hindrance | None:
    """Why a month has to stay; None if it may go."""
    if state.month.after(KEPT) > Month.of(now):
        return "young"
    if state.last_at is not None and state.last_at > now - REST:
        return "stirring"
    return "followed" if state.is_followed else None


def ahead(standing: list[Month], now: datetime) -> int:
    """How many months stand ready after the current one without a gap; -1 if not even that one does."""
    count = -1
    while Month.of(now).after(count + 1) in standing:
        count += 1
    return count


def is_settled(month: Month, now: datetime) -> bool:
    """Whether so little of a month still comes that its rows may be put in order."""
    return Month.of(now - SETTLED) > month
