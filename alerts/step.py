"""One transaction of the engine: what arrived for some shards is judged, stored and told. Commits nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import psycopg
import structlog
from sqlalchemy.orm import Session

from alerts.care import Care
from alerts.concerns import Changed, Mark, changed, concern
from alerts.course import due_at
from alerts.guarded import Failed, attempt
from alerts.judging import Judged, judge_events
from alerts.mail import Mail, sort_mail
from alerts.memory import Memory
from alerts.rejudging import judge_anew
from alerts.shards import shard_of
from alerts.standing import Standing, trimmed
from alerts.store import arrivals, courses, cursors, failures, pages
from alerts.store.away import AWAY
from alerts.store.courses import Want
from alerts.store.cursors import Place
from alerts.store.failures import Failure

log = structlog.get_logger(__name__)

_STALE: Final = 1_000
"""Transactions after which a cursor moves although its shard had nothing: the next look stays short."""

_AGAIN: Final = timedelta(minutes=1)
"""After which what failed is tried again."""


class Step:
    """`standings` and `cursors` are to be remembered once the transaction is committed."""

    def __init__(self, session: Session, care: Care, memory: Memory, *, now: datetime) -> None:
        self._session = session
        self._connection = driver(session)
        self._care = care
        self._memory = memory
        self._now = now
        self._upper = 0
        self._failures: list[Failure] = []
        self.standings: dict[UUID, Standing] = {}
        self.cursors: dict[int, Place] = {}

    def take(self, shards: Iterable[int], most: int) -> int:
        """Do what there is to do for those shards that no other engine holds; how much that was."""
        self.cursors = cursors.take(self._connection, shards)
        if not self.cursors:
            return 0
        new = arrivals.read(self._connection, self.cursors, cursors.horizon(self._connection), most)
        self._upper = new.upper
        mail = sort_mail(new)
        due = [] if new.is_cut else courses.due(self._connection, self.cursors, self._now, most)
        mail = {resident: Mail() for resident in due} | mail
        self._judge(mail, None if new.is_cut else self._now)
        pages.tell(self._connection, (resident for resident, each in mail.items() if each.rows))
        if new.is_cut or mail or self._is_stale():
            self.cursors = cursors.advance(self._connection, self.cursors, self._upper)
        return len(new.rows) + len(new.answers) + len(new.endings) + len(due) + new.is_cut

    def _judge(self, mail: Mapping[UUID, Mail], until: datetime | None) -> None:
        before = self._standings({resident: each.moments or [self._now] for resident, each in mail.items()})
        found = {
            resident: self._judged(resident, each, before[resident], until) for resident, each in mail.items()
        }
        told = self._tell(
            each
            for standing, judged in found.values()
            for each in changed(standing.course.episodes, judged.course.episodes, standing.marks)
        )
        for resident, (standing, judged) in found.items():
            self._failures += mail[resident].failures(resident, judged.failed)
            self.standings[resident] = self._after(standing, judged, told[resident])
        courses.save(self._connection, [each for some in told.values() for each in some])
        courses.set_timers(self._connection, self._retimed(before))
        self._note()

    def _standings(self, moments: Mapping[UUID, Sequence[datetime]]) -> dict[UUID, Standing]:
        """From memory, where that reaches far enough back; else from the tables."""
        known = self._memory.recall(moments, self.cursors)
        found = {each: standing for each, standing in known.items() if standing.suffices(moments[each])}
        wants = [
            Want(resident, min(own), self.cursors[shard_of(resident)].tx)
            for resident, own in moments.items()
            if resident not in found
        ]
        return found | courses.load(self._connection, wants)

    def _judged(
        self, resident: UUID, mail: Mail, standing: Standing, until: datetime | None
    ) -> tuple[Standing, Judged]:
        revised = mail.revised(standing.course.readings)
        if revised:
            earliest = min(each.taken_at for each in revised)
            return judge_anew(self._connection, Want(resident, earliest, self._upper), self._now, until)
        return standing, judge_events(standing.course, mail.events(standing.course.readings), until)

    def _tell(self, altered: Iterable[Changed]) -> Mapping[UUID, Sequence[Changed]]:
        """By resident. In the order of their ids, as whoever takes several cases at once: neither waits for
        the other in a circle."""
        told = defaultdict[UUID, list[Changed]](list)
        for each in sorted(altered, key=lambda each: each.episode.id):
            told[UUID(each.episode.resident)].append(self._told(each))
        return told

    def _told(self, each: Changed) -> Changed:
        """Care is told of each by itself: one that it cannot take in is owed and silences no other."""
        told = attempt(partial(self._attend, each), but=AWAY) if each.changes else None
        if not isinstance(told, Failed):
            return each
        self._failures.append(Failure(UUID(each.episode.resident), f"care: {told.error}"))
        return replace(each, mark=replace(each.mark, owed=each.changes))

    def _attend(self, each: Changed) -> None:
        with self._session.begin_nested():
            self._care.attend(concern(each), self._now)

    def _after(self, standing: Standing, judged: Judged, told: Iterable[Changed]) -> Standing:
        marks = {**standing.marks, **{each.episode.id: each.mark for each in told}}
        due = self._due(judged, marks)
        return trimmed(replace(standing, course=judged.course, marks=marks, due_at=due))

    def _due(self, judged: Judged, marks: Mapping[UUID, Mark]) -> datetime | None:
        """When to look again by itself: never at once for what failed now."""
        due = due_at(judged.course)
        has_failed = any(each.reading is None for each in judged.failed)
        if has_failed or any(mark.owed for mark in marks.values()):
            soon = self._now + _AGAIN
            return soon if due is None or has_failed else min(due, soon)
        return due

    def _retimed(self, before: Mapping[UUID, Standing]) -> dict[UUID, Standing]:
        return {
            resident: each
            for resident, each in self.standings.items()
            if (each.due_at, each.course.sitting)
            != (before[resident].due_at, before[resident].course.sitting)
        }

    def _note(self) -> None:
        failures.note(self._connection, self._failures, self._now)
        for each in self._failures:
            reading = None if each.reading is None else str(each.reading)
            log.error(
                "evaluation.failed",
                resident=str(each.resident),
                reading=reading,
                error=each.error.replace(" ", ""),
            )

    def _is_stale(self) -> bool:
        return self._upper - min(place.tx for place in self.cursors.values()) > _STALE


def driver(session: Session) -> psycopg.Connection:
    """The session's own connection, for statements over many rows."""
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the engine speaks to PostgreSQL through psycopg")
    return connection
