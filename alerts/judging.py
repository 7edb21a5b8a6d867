"""What events make of a resident's course, one after the other. One that cannot be judged is passed over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from uuid import UUID

from alerts.course import Course, end, hear, run_on
from alerts.episodes import Episode, closed
from alerts.guarded import Failed, attempt
from alerts.reading import Reading


@dataclass(frozen=True, slots=True)
class Ending:
    """A person found the reason of an episode gone."""

    resident: UUID
    episode: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Unjudged:
    """`reading` is None where time alone could not be judged."""

    reading: str | None
    error: str


@dataclass(frozen=True, slots=True)
class Judged:
    course: Course
    failed: tuple[Unjudged, ...]


Event = Reading | Ending


def judge_events(course: Course, events: Iterable[Event], until: datetime | None) -> Judged:
    """Hear what came, in the order stored, then let time run; not where more is still to be heard.

    What was stored in the same instant is heard in the order measured.
    """
    failed: list[Unjudged] = []
    for moment, together in groupby(sorted(events, key=_order), key=_moment):
        course = _passed(course, moment, failed)
        for event in together:
            course = _taken_in(course, event, failed)
    course = course if until is None else _passed(course, until, failed)
    return Judged(course, tuple(failed))


def judge_again(
    course: Course, endings: Iterable[Ending], *, since: datetime, now: datetime, until: datetime | None
) -> Judged:
    """As if what is known now had been known from `since` on; nothing before that was revised.

    An episode that would never have opened is closed, not forgotten: somebody may have acted on it.
    """
    before = tuple(each for each in course.episodes if is_over(each, since, course))
    start = replace(
        course,
        readings=tuple(each for each in course.readings if each.taken_at < since),
        episodes=before,
        sitting=None,
    )
    heard = [each for each in course.readings if each.taken_at >= since]
    again = judge_events(start, [*heard, *endings], until)
    remain = {each.id for each in again.course.episodes}
    gone = [each for each in course.episodes if each.id not in remain]
    kept = tuple(closed(each, now) if each.is_open else each for each in gone)
    return replace(again, course=replace(again.course, episodes=(*kept, *again.course.episodes)))


def is_over(episode: Episode, since: datetime, course: Course) -> bool:
    """Whether nothing measured from `since` on can touch it."""
    return episode.closed_at is not None and episode.closed_at < since - course.settings.reopen_within


def _passed(course: Course, now: datetime, failed: list[Unjudged]) -> Course:
    after = attempt(partial(run_on, course, now))
    if isinstance(after, Failed):
        failed.append(Unjudged(None, after.error))
        return course
    return after


def _taken_in(course: Course, event: Event, failed: list[Unjudged]) -> Course:
    if isinstance(event, Ending):
        return end(course, event.episode, event.at)
    after = attempt(partial(hear, course, event))
    if isinstance(after, Failed):
        failed.append(Unjudged(event.id, after.error))
        return course
    return after


def _moment(event: Event) -> datetime:
    return event.at if isinstance(event, Ending) else event.stored_at


def _order(event: Event) -> tuple[datetime, bool, tuple[object, ...]]:
    """Endings go before readings of the same instant."""
    if isinstance(event, Ending):
        return event.at, False, (event.episode,)
    return event.stored_at, True, event.order
