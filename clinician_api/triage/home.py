"""Tells a home what is true and asks it what must be known, through its gateways. Chooses no sentence.

Orders are put down in the caller's transaction, live a quarter of an hour at most, and are never said late.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from psycopg import Connection
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from clinician_api.triage.models import Case, HomeQuestion
from device_drivers.wire.downlink import LONGEST, Ask, Hush, Order, Phrase, Question, Speak
from ingest.downlink import orders

_HOME: Final = text("""
select g.home, r.reading_id from ingest.readings r join ingest.gateway g on g.id = r.gateway
where r.resident = :resident and r.reading_id = any(:readings)
order by r.taken_at desc limit 1
""")


def say(db: Session, case: Case, said: Sequence[Phrase | Question], *, now: datetime) -> None:
    """In the home whose gateway brought the newest of the case's readings; none did of what was typed in.

    A microsecond apart: in this order they reach the home.
    """
    place = _place(db, case.resident, [UUID(each) for each in case.inputs]) if said else None
    if place is None:
        return
    home, reading = place
    for after, word in enumerate(said):
        match word:
            case "red_flag" | "was_it_you":
                order: Order = Ask(word, _asked(db, case, home, word, now), reading)
            case _:
                order = Speak(word, reading)
        _order(db, home, order, now + timedelta(microseconds=after))


def can_ask(db: Session, case: Case) -> bool:
    """Whether a gateway brought any of its readings."""
    return _place(db, case.resident, [UUID(each) for each in case.inputs]) is not None


def say_of_reading(db: Session, resident: UUID, reading: UUID, said: Phrase, *, now: datetime) -> None:
    """A word about one reading, where a gateway brought it."""
    place = _place(db, resident, [reading])
    if place is not None:
        _order(db, place[0], Speak(said, reading), now)


def hush(db: Session, episode: UUID, asked: Question, *, now: datetime) -> None:
    """It was answered on the page: nobody need press a button any more."""
    still = select(HomeQuestion).where(
        HomeQuestion.episode == episode,
        HomeQuestion.asked == asked,
        HomeQuestion.answered_at.is_(None),
        HomeQuestion.asked_at > now - LONGEST,
    )
    for question in db.scalars(still.with_for_update()):
        question.answered_at = now
        _order(db, question.home, Hush(question.id), now)


def _asked(db: Session, case: Case, home: UUID, word: Question, now: datetime) -> UUID:
    question = HomeQuestion(id=uuid4(), episode=case.episode, resident=case.resident, home=home)
    question.asked, question.asked_at, question.said, question.answered_at = word, now, None, None
    db.add(question)
    db.flush()
    return question.id


def _place(db: Session, resident: UUID, some: list[UUID]) -> tuple[UUID, UUID] | None:
    """A home, and the reading that came from there."""
    found = db.execute(_HOME, {"resident": resident, "readings": some}).first()
    return None if found is None else (found[0], found[1])


def _order(db: Session, home: UUID, order: Order, now: datetime) -> None:
    orders.give_home(_connection(db), home, order, now=now)


def _connection(db: Session) -> Connection:
    """Ingest's, within this transaction."""
    found = db.connection().connection.driver_connection
    assert isinstance(found, Connection)  # noqa: S101 - the driver that `db.connect` names
    return found
