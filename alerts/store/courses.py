"""Courses of residents: loaded as they stood at the cursor, stored as they stand after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from psycopg import Connection, sql

from alerts.concerns import Changed, Mark
from alerts.course import Course
from alerts.episodes import Episode
from alerts.guarded import Failed, attempt
from alerts.reading import Reading
from alerts.settings import DEFAULT
from alerts.shards import shard_of
from alerts.standing import Standing
from alerts.store.arrivals import ANSWER_COLUMNS, to_answer
from alerts.store.frozen import freeze, thaw_episode, thaw_reading
from alerts.store.stored import COLUMNS, Row, to_reading
from alerts.window import look_back, since

_TIMERS: Final = "select resident, due_at, sitting::text from alerts.timer where resident = any(%s)"

_EPISODES: Final = """
select e.resident, e.version, e.place, e.owed, e.state::text
from alerts.episode e join unnest(%s::uuid[], %s::timestamptz[]) as n (resident, since) using (resident)
where e.closed_at is null or e.closed_at >= n.since
order by e.resident, e.place
"""

_WINDOW: Final = """
select {columns} from {table} r
join unnest(%s::uuid[], %s::timestamptz[], %s::text[]) as n (resident, since, before)
  on r.resident = n.resident and r.{taken} >= n.since
where r.tx < n.before::xid8
  and not exists (select from alerts.alert_failures f
                  where f.resident = r.resident and f.tx = r.tx and f.seq = r.seq)
"""


@dataclass(frozen=True, slots=True)
class Want:
    """Whose course, to judge what was taken at `taken_at`, of what transactions before `before` stored."""

    resident: UUID
    taken_at: datetime
    before: int


def load(connection: Connection, wants: Sequence[Want]) -> dict[UUID, Standing]:
    """The courses as they stand in the tables."""
    if not wants:
        return {}
    sittings, dues = _timers(connection, wants)
    course = Course()
    back = look_back(course.settings, course.rules)
    episodes, marks = _episodes(connection, wants, [each.taken_at - back for each in wants])
    starts = [
        since([each.taken_at], episodes[each.resident], sittings.get(each.resident), back) for each in wants
    ]
    readings = _readings(connection, wants, starts)
    return {
        each.resident: Standing(
            Course(readings[each.resident], tuple(episodes[each.resident]), sittings.get(each.resident)),
            start,
            marks[each.resident],
            dues.get(each.resident),
        )
        for each, start in zip(wants, starts, strict=True)
    }


def _timers(
    connection: Connection, wants: Iterable[Want]
) -> tuple[dict[UUID, Reading], dict[UUID, datetime]]:
    sittings, dues = {}, {}
    for resident, due_at, sitting in connection.execute(_TIMERS, ([each.resident for each in wants],)):
        dues[resident] = due_at
        if sitting is not None:
            sittings[resident] = thaw_reading(sitting)
    return sittings, dues


def _episodes(
    connection: Connection, wants: Sequence[Want], closed_since: Sequence[datetime]
) -> tuple[dict[UUID, list[Episode]], dict[UUID, dict[UUID, Mark]]]:
    """Those that are open, and those closed so lately that they may open again."""
    episodes: dict[UUID, list[Episode]] = {each.resident: [] for each in wants}
    marks: dict[UUID, dict[UUID, Mark]] = {each.resident: {} for each in wants}
    columns = ([each.resident for each in wants], list(closed_since))
    for resident, version, place, owed, state in connection.execute(_EPISODES, columns):
        episode = thaw_episode(state)
        episodes[resident].append(episode)
        marks[resident][episode.id] = Mark(version, place, tuple(owed))
    return episodes, marks


def _readings(
    connection: Connection, wants: Sequence[Want], starts: Sequence[datetime]
) -> dict[UUID, tuple[Reading, ...]]:
    columns = ([each.resident for each in wants], list(starts), [str(each.before) for each in wants])
    found: dict[UUID, list[Row]] = {each.resident: [] for each in wants}
    query = sql.SQL(_WINDOW).format(
        columns=sql.SQL(COLUMNS), table=sql.SQL("ingest.readings"), taken=sql.SQL("taken_at")
    )
    for values in connection.execute(query, columns, binary=True):
        row = Row(*values)
        found[row.resident].append(row)
    readings = {resident: _in_force(rows) for resident, rows in found.items()}
    query = sql.SQL(_WINDOW).format(
        columns=sql.SQL(ANSWER_COLUMNS), table=sql.SQL("alerts.symptom_answer"), taken=sql.SQL("answered_at")
    )
    for values in connection.execute(query, columns):
        readings[values[0]].append(to_answer(*values))
    return {resident: tuple(sorted(own, key=lambda each: each.order)) for resident, own in readings.items()}


def _in_force(rows: Iterable[Row]) -> list[Reading]:
    """The latest revision of each reading, and of equal ones of a meter without a clock the first."""
    latest: dict[UUID, Row] = {}
    for row in sorted(rows, key=lambda each: each.revision):
        latest[row.reading_id] = row
    own = {id_: row for id_, row in latest.items() if not row.is_withdrawn}
    first = (row for row in own.values() if row.suspect_duplicate not in own)
    found = (attempt(partial(to_reading, row)) for row in first)
    return [each for each in found if not isinstance(each, Failed)]


_SAVE: Final = """
insert into alerts.episode as e
    (id, resident, cause, late, level, opened_at, heard_at, crossed_at, confirmed_at, confirmed_by, paged_at,
     closed_at, provisional, reopened, version, place, owed, rules, settings, inputs, state)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::uuid[], %s::jsonb)
on conflict (id) do update set
    (level, opened_at, heard_at, crossed_at, confirmed_at, confirmed_by, paged_at, closed_at, provisional,
     reopened, version, place, owed, rules, settings, inputs, state) =
    (excluded.level, excluded.opened_at, excluded.heard_at, excluded.crossed_at, excluded.confirmed_at,
     excluded.confirmed_by, excluded.paged_at, excluded.closed_at, excluded.provisional, excluded.reopened,
     excluded.version, excluded.place, excluded.owed, excluded.rules, excluded.settings, excluded.inputs,
     excluded.state)
where e.version <= excluded.version
"""


def save(connection: Connection, changed: Sequence[Changed]) -> None:
    """Closed ones first: of one cause only one may be open."""
    ordered = sorted(changed, key=lambda each: (each.episode.is_open, each.episode.id.int))
    if ordered:
        with connection.cursor() as cursor:
            cursor.executemany(_SAVE, [_values(each) for each in ordered])


def _values(each: Changed) -> tuple[object, ...]:
    episode, mark = each.episode, each.mark
    return (
        episode.id,
        UUID(episode.resident),
        episode.cause,
        episode.late,
        int(episode.level),
        episode.opened_at,
        episode.heard_at,
        episode.crossed_at,
        episode.confirmed_at,
        episode.confirmed_by,
        episode.paged_at,
        episode.closed_at,
        episode.provisional,
        episode.reopened,
        mark.version,
        mark.place,
        list(mark.owed),
        sorted({f"{finding.code}@{finding.version}" for finding in episode.findings}),
        DEFAULT.version,
        sorted(episode.readings),
        freeze(episode),
    )


_SET_TIMERS: Final = """
insert into alerts.timer (resident, shard, due_at, sitting)
select n.resident, n.shard, n.due_at, nullif(n.sitting, '')::jsonb
from unnest(%s::uuid[], %s::smallint[], %s::timestamptz[], %s::text[]) as n (resident, shard, due_at, sitting)
order by n.resident
on conflict (resident) do update set due_at = excluded.due_at, sitting = excluded.sitting
"""

_DUE: Final = """
select resident from alerts.timer
where shard = any(%s) and due_at < %s
order by due_at limit %s
"""


def due(connection: Connection, shards: Iterable[int], now: datetime, most: int) -> list[UUID]:
    """For whom something is due before now; the most overdue first."""
    return [resident for (resident,) in connection.execute(_DUE, (list(shards), now, most))]


def set_timers(connection: Connection, standings: Mapping[UUID, Standing]) -> None:
    """When time must pass for these residents next."""
    waiting = {
        resident: (each.due_at, each.course.sitting)
        for resident, each in standings.items()
        if each.due_at is not None
    }
    idle = [resident for resident in standings if resident not in waiting]
    if waiting:
        columns = (
            list(waiting),
            [shard_of(resident) for resident in waiting],
            [due_at for due_at, _ in waiting.values()],
            ["" if sitting is None else freeze(sitting) for _, sitting in waiting.values()],
        )
        connection.execute(_SET_TIMERS, columns)
    if idle:
        connection.execute("delete from alerts.timer where resident = any(%s)", (idle,))
