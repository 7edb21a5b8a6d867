"""Reminders to measure again at night (rule 15). Pure. Whether a repeat is needed the cloud has said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from gateway.voice.happenings import Kept, Moment, Say, Told

PROMPTS_S: Final = (300.0, 600.0)
"""Seconds after the measurement (rule 15: at 5 and 10 minutes)."""

SOONEST_S: Final = 60.0
"""Seconds; a reading sooner than that is no repeat (rule 4)."""

ASKING: Final = frozenset({"rest_and_repeat", "rest_and_repeat_low"})


@dataclass(frozen=True, slots=True)
class Measured:
    """The last blood pressure that this box heard."""

    reading: UUID
    at: float


@dataclass(frozen=True, slots=True)
class Repeating:
    """`since`: when that was measured of which a repeat is awaited; else None. `prompts` were given."""

    last: Measured | None = None
    since: float | None = None
    prompts: int = 0
    until: float = 0.0


def told(repeating: Repeating, event: Told, moment: Moment) -> Repeating:
    """Asked to measure again. Where another box heard the reading, the moment of the order counts."""
    if event.sentence not in ASKING:
        return repeating
    last = repeating.last
    since = last.at if last is not None and last.reading == event.about else moment.now
    given = sum(since + after <= moment.now for after in PROMPTS_S)
    return replace(repeating, since=since, prompts=given, until=event.until)


def kept(repeating: Repeating, event: Kept, moment: Moment) -> Repeating:
    """A blood pressure ends the waiting, unless it came too soon."""
    if event.kind != "blood_pressure":
        return repeating
    last = Measured(event.reading, moment.now)
    is_too_soon = repeating.since is not None and moment.now - repeating.since < SOONEST_S
    return replace(repeating, last=last) if is_too_soon else Repeating(last)


def passed(repeating: Repeating, moment: Moment) -> tuple[Repeating, tuple[Say, ...]]:
    """Where the box does not know whether it is night it takes it to be: a reminder too many harms nobody."""
    due = due_at(repeating)
    if due is None or moment.now < due:
        return repeating, ()
    given = replace(repeating, prompts=repeating.prompts + 1)
    if moment.is_night is False:
        return given, ()
    return given, (Say("measure_now", moment.now + 60),)


def due_at(repeating: Repeating) -> float | None:
    if repeating.since is None or repeating.prompts >= len(PROMPTS_S):
        return None
    return repeating.since + PROMPTS_S[repeating.prompts]
