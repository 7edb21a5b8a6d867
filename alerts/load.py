"""How often people would have been called over a history: value by value, and by episodes. Calls nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from alerts.concerns import changed
from alerts.confirmation import is_critical
from alerts.course import Course, hear, run_on
from alerts.reading import Reading
from alerts.replay import RUNS_ON
from alerts.series import Series


@dataclass(frozen=True, slots=True)
class Load:
    """Of one resident. `critical` readings would page one by one; `news` is how often an episode opens, opens
    again or gets worse, `pages` how often one calls the duty."""

    span: timedelta
    readings: int
    critical: int
    episodes: int
    news: int
    pages: int


def load(readings: Sequence[Reading]) -> Load:
    """Of one resident's readings, in the order stored."""
    courses = list(_courses(readings))
    last = courses[-1]
    changes = Counter(
        change
        for before, after in pairwise(courses)
        for each in changed(before.episodes, after.episodes, {})
        for change in each.changes
    )
    return Load(
        span=last.readings[-1].taken_at - last.readings[0].taken_at,
        readings=len(readings),
        critical=sum(is_critical(each, Series(last.readings, each), last.rules) for each in last.readings),
        episodes=len(last.episodes),
        news=changes["opened"] + changes["escalated"] + changes["reopened"],
        pages=changes["paged"],
    )


def _courses(readings: Sequence[Reading]) -> Iterator[Course]:
    """The course after each reading, and a day after the last."""
    course = Course()
    yield course
    for reading in readings:
        course = hear(run_on(course, reading.stored_at), reading)
        yield course
    yield run_on(course, readings[-1].stored_at + RUNS_ON)
