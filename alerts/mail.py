"""What arrived, sorted by resident. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from alerts.guarded import Failed, attempt
from alerts.judging import Ending, Event, Unjudged
from alerts.reading import Reading
from alerts.store.arrivals import Arrivals
from alerts.store.failures import Failure
from alerts.store.stored import Row, to_reading


@dataclass(slots=True)
class Mail:
    """For one resident; `rows` hold each reading's latest revision, by its id. The withdrawn ones turned out
    to be another's: they are heard of, and not heard."""

    rows: dict[str, Row] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    withdrawn: list[Reading] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    unreadable: list[Failure] = field(default_factory=list)

    @property
    def moments(self) -> list[datetime]:
        measured = [each.taken_at for each in (*self.readings, *self.withdrawn)]
        return [*measured, *(each.at for each in self.endings)]

    def revised(self, known: Iterable[Reading]) -> list[Reading]:
        """Readings that were judged before and came again with other details, or are another's now. One that
        was passed over as a duplicate was judged too."""
        again = {id_ for id_, row in self.rows.items() if row.revision > 0}
        if not again:
            return []
        judged = again & {each.id for each in known}
        judged |= {id_ for id_ in again if self.rows[id_].is_corrected}
        return [each for each in (*self.readings, *self.withdrawn) if each.id in judged]

    def events(self, known: Iterable[Reading]) -> list[Event]:
        """What is to be heard; of equal readings of a meter without a clock only the first (design §1.3)."""
        twins = {id_: row.suspect_duplicate for id_, row in self.rows.items() if row.suspect_duplicate}
        if not twins:
            return [*self.readings, *self.endings]
        there = {each.id for each in (*self.readings, *known)}
        heard = [each for each in self.readings if str(twins.get(each.id)) not in there]
        return [*heard, *self.endings]

    def failures(self, resident: UUID, unjudged: Iterable[Unjudged]) -> list[Failure]:
        return [*self.unreadable, *(self._failure(resident, each) for each in unjudged)]

    def _failure(self, resident: UUID, each: Unjudged) -> Failure:
        row = self.rows.get(each.reading or "")
        if row is None:
            return Failure(resident, each.error, None if each.reading is None else UUID(each.reading))
        return _failure(row, each.error)


def sort_mail(arrivals: Arrivals) -> dict[UUID, Mail]:
    mail: dict[UUID, Mail] = {}
    latest: dict[tuple[UUID, UUID], Row] = {}
    for row in arrivals.rows:
        place = (row.resident, row.reading_id)
        if place not in latest or latest[place].revision < row.revision:
            latest[place] = row
    for row in latest.values():
        _put(mail.setdefault(row.resident, Mail()), row)
    for answer in arrivals.answers:
        mail.setdefault(UUID(answer.resident), Mail()).readings.append(answer)
    for ending in arrivals.endings:
        mail.setdefault(ending.resident, Mail()).endings.append(ending)
    return mail


def _put(mail: Mail, row: Row) -> None:
    reading = attempt(partial(to_reading, row))
    if isinstance(reading, Failed):
        mail.unreadable.append(_failure(row, reading.error))
        return
    mail.rows[reading.id] = row
    (mail.withdrawn if row.is_withdrawn else mail.readings).append(reading)


def _failure(row: Row, error: str) -> Failure:
    return Failure(row.resident, error, row.reading_id, row.tx, row.seq)
