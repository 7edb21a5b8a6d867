"""Rules over a history, on a test clock that ends a day after the last row. Nothing is sent or stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, Literal

from alerts.course import Course, hear, run_on
from alerts.episodes import Episode
from alerts.reading import Reading
from alerts.rules.rule import Cause, ConfirmedBy, Level

RUNS_ON: Final = timedelta(hours=24)

LevelName = Literal["data", "watch", "high", "critical"]
_NAMES: Final[dict[Level, LevelName]] = {
    Level.DATA: "data",
    Level.WATCH: "watch",
    Level.HIGH: "high",
    Level.CRITICAL: "critical",
}


@dataclass(frozen=True, slots=True)
class Report:
    """One episode as `hearthline alerts replay --json` prints it; `readings` counts its own."""

    resident: str
    level: LevelName
    reason: Cause
    opened_at: datetime
    confirmed_at: datetime | None
    confirmed_by: ConfirmedBy | None
    closed_at: datetime | None
    provisional: bool
    late: bool
    readings: int


def replay(readings: Sequence[Reading]) -> tuple[Episode, ...]:
    """The episodes of all residents, as they opened. `readings` stand in the order stored."""
    if not readings:
        return ()
    end = max(each.stored_at for each in readings) + RUNS_ON
    residents: dict[str, list[Reading]] = {}
    for reading in _each_once(readings):
        residents.setdefault(reading.resident, []).append(reading)
    found = [episode for own in residents.values() for episode in run(own, end).episodes]
    return tuple(sorted(found, key=lambda each: (each.opened_at, each.resident, each.cause, each.late)))


def run(readings: Iterable[Reading], end: datetime) -> Course:
    """The course of one resident. What is stored in the same instant is heard in the order measured."""
    course = Course()
    for now, together in groupby(readings, key=lambda each: each.stored_at):
        course = run_on(course, now)
        for reading in sorted(together, key=lambda each: each.order):
            course = hear(course, reading)
    return run_on(course, end)


def report(episode: Episode) -> Report:
    return Report(
        resident=episode.resident,
        level=_NAMES[episode.level],
        reason=episode.cause,
        opened_at=episode.opened_at,
        confirmed_at=episode.confirmed_at,
        confirmed_by=episode.confirmed_by,
        closed_at=episode.closed_at,
        provisional=episode.provisional,
        late=episode.late,
        readings=len(episode.readings),
    )


def _each_once(readings: Iterable[Reading]) -> Iterable[Reading]:
    """A row identical but for when it was stored is the same reading again."""
    seen: set[tuple[object, ...]] = set()
    for reading in readings:
        if reading.content not in seen:
            seen.add(reading.content)
            yield reading
