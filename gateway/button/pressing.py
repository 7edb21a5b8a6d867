"""Presses of one button understood as an answer. Pure: it is told each edge and the time, and never waits.

Once is yes, twice is no, and everything else is yes: three times, or long, is somebody who wants to be heard.
Old hands tremble: what comes within `BOUNCE_S` of the last press is the same press.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

Answer = Literal["yes", "no"]

BOUNCE_S: Final = 0.25
"""Seconds. Two presses that are meant begin further apart; those of a tremor, mostly 4 to 12 a second (Bhatia
and others, Movement Disorders 33, 2018), do not."""

PAUSE_S: Final = 1.5
"""Seconds without a further press after which all is said."""

LONG_S: Final = 2.0
"""Seconds; held so long it is said at once."""


@dataclass(frozen=True, slots=True)
class Presses:
    """Seconds of a monotonic clock. `count` presses so far, the last begun at `since`; `is_down` now."""

    count: int = 0
    since: float = 0.0
    is_down: bool = False
    is_said: bool = False
    """What is held was understood already."""


def edge(presses: Presses, now: float, *, down: bool) -> Presses:
    """The button went down or up. A repeated edge, as of a key that repeats, is none."""
    if down == presses.is_down:
        return presses
    if not down:
        return Presses() if presses.is_said else replace(presses, is_down=False)
    is_bounce = presses.count > 0 and now - presses.since < BOUNCE_S
    if is_bounce:
        return replace(presses, is_down=True)
    return Presses(presses.count + 1, now, is_down=True)


def due_at(presses: Presses) -> float | None:
    """When to ask what was said; None while nothing was pressed."""
    if presses.count == 0 or presses.is_said:
        return None
    return presses.since + (LONG_S if presses.is_down else PAUSE_S)


def said(presses: Presses, now: float) -> tuple[Presses, Answer | None]:
    """What has been said by now, if it is said to its end."""
    due = due_at(presses)
    if due is None or now < due:
        return presses, None
    answer: Answer = "no" if presses.count == 2 and not presses.is_down else "yes"
    return (replace(presses, is_said=True) if presses.is_down else Presses()), answer
