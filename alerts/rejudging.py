"""A revised reading: its resident's course is judged again, from as far back as the revision can reach."""

from __future__ import annotations

from datetime import datetime

from psycopg import Connection

from alerts.judging import Judged, is_over, judge_again
from alerts.standing import Standing
from alerts.store import courses, endings
from alerts.store.courses import Want


def judge_anew(
    connection: Connection, want: Want, now: datetime, until: datetime | None
) -> tuple[Standing, Judged]:
    """As it stood in the tables, but for the readings before `want.before`, and as it is judged now: `until`
    some moment, or None where more is still to be heard."""
    standing = courses.load(connection, [want])[want.resident]
    reached = _reached(standing, want.taken_at)
    if reached < want.taken_at:
        return judge_anew(connection, Want(want.resident, reached, want.before), now, until)
    ended = endings.of_resident(connection, want.resident, since=want.taken_at, before=want.before)
    return standing, judge_again(standing.course, ended, since=want.taken_at, now=now, until=until)


def _reached(standing: Standing, since: datetime) -> datetime:
    """No episode may stand astride: it is judged whole or not at all."""
    course = standing.course
    astride = [each.opened_at for each in course.episodes if not is_over(each, since, course)]
    return min([since, *astride])
