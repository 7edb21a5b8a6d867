"""When in a year each time of a service is due. Pure.

A service that is promised n times is due once in each n-th of its year. Nothing is stored: the ledger says
how many were given, so that a time counts once, is done by its event alone, and is open again when that is
undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from clinician_api.packages.keeping import Line

MOST_OFTEN: Final = 12
"""Once a month: what comes more often has no day of its own."""
_DAY: Final = timedelta(days=1)

When = Literal["overdue", "due", "ahead"]


@dataclass(frozen=True, slots=True)
class Due:
    """The `number`-th of `of` times, to be given from `since` to `until`."""

    number: int
    of: int
    since: date
    until: date

    def when(self, on: date) -> When:
        if on > self.until:
            return "overdue"
        return "due" if on >= self.since else "ahead"


def next_due(line: Line) -> Due | None:
    """The next time that is owed; None where all were given, and for what has no fixed number or is not
    counted."""
    has_days = line.unit == "times" and 0 < line.promised <= MOST_OFTEN and line.is_counted
    if not has_days or line.used >= line.promised:
        return None
    first, days = line.span.first, line.span.days
    begins, ends = (days * number // line.promised for number in (line.used, line.used + 1))
    return Due(line.used + 1, line.promised, first + begins * _DAY, first + (ends - 1) * _DAY)
