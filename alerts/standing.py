"""All that is known of one resident between two steps. Stores nothing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from alerts.concerns import Mark
from alerts.course import Course
from alerts.window import look_back, since

_SLACK: Final = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Standing:
    """A course whose readings are complete from `since` on; a mark for each stored episode; when time must
    pass for it, as stored."""

    course: Course
    since: datetime
    marks: Mapping[UUID, Mark]
    due_at: datetime | None = None

    def suffices(self, moments: Iterable[datetime]) -> bool:
        """Whether what was measured at those moments can be judged by what is known here."""
        return self.since <= _needed(self.course, moments)


def trimmed(standing: Standing) -> Standing:
    """Without what no later reading can need; of one measured long ago the past is loaded again."""
    course = standing.course
    if not course.readings:
        return standing
    needed = _needed(course, [course.readings[-1].taken_at])
    if course.readings[0].taken_at > needed - _SLACK:
        return standing
    first = bisect_left(course.readings, needed, key=lambda each: each.taken_at)
    episodes = tuple(each for each in course.episodes if each.closed_at is None or each.closed_at >= needed)
    marks = {each.id: standing.marks[each.id] for each in episodes}
    kept = replace(course, readings=course.readings[first:], episodes=episodes)
    return replace(standing, course=kept, since=needed, marks=marks)


def _needed(course: Course, moments: Iterable[datetime]) -> datetime:
    return since(moments, course.episodes, course.sitting, look_back(course.settings, course.rules))
