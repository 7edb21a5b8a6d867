"""By when an episode must be answered (rule 12), as data. It knows no duty roster and no working hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from alerts.rules.rule import Level

Step = Literal["claimed", "leader", "supervisor_and_duty", "contacted", "followed_up", "mended"]


@dataclass(frozen=True, slots=True)
class Duty:
    """A step and how long it may take, counted from when the episode was heard of at this level."""

    step: Step
    within: timedelta
    working_hours: bool = False


DUTIES: Final[dict[Level, tuple[Duty, ...]]] = {
    Level.CRITICAL: (
        Duty("claimed", timedelta(minutes=15)),
        Duty("leader", timedelta(minutes=15)),
        Duty("supervisor_and_duty", timedelta(minutes=30)),
        Duty("contacted", timedelta(minutes=30)),
    ),
    Level.HIGH: (Duty("contacted", timedelta(hours=4), working_hours=True),),
    Level.WATCH: (Duty("followed_up", timedelta(days=14)),),
    Level.DATA: (Duty("mended", timedelta(days=3)),),
}
"""`leader` and `supervisor_and_duty` are told when the episode is still unclaimed then."""


def due_at(level: Level, step: Step, since: datetime) -> datetime | None:
    """When a step is due; None where the level knows no such step or counts it in working hours."""
    found = (duty for duty in DUTIES[level] if duty.step == step and not duty.working_hours)
    duty = next(found, None)
    return None if duty is None else since + duty.within
