"""Where people look after stored readings: say whose one is, that it is nobody's, that a doubt was looked at.

The reading itself never changes. Each deed is a row of its own with who, why and when. Twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final, Literal
from uuid import UUID

from psycopg import Connection, Cursor

from ingest.store import latest, reading_steps
from ingest.store.group import CHANNEL
from ingest.store.reading_steps import ReadingStep, Word, steps
from ingest.store.rows import Key
from ingest.store.steps import Deed
from ingest.store.superseding import Stored, lock, move

BY: Final = "person"
"""In `readings.attributed_by`: who that was and why stands in the steps."""

Trouble = Literal["unknown_reading", "settled", "no_words"]


class ReadingDeskError(Exception):
    """What was asked for cannot be done: `trouble` says which kind, the message what is wrong."""

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


def attribute(connection: Connection, reading: Key, resident: UUID, deed: Deed) -> ReadingStep:
    """Give a waiting reading to a resident, a dismissed one too. It is judged as one that comes late.

    Raises ReadingDeskError where it is another's already, or belongs to them without anybody's deed.
    """
    with _at_desk(connection, reading, deed) as (cursor, place):
        if place.resident is None:
            _give(cursor, place, resident, deed)
        last = _last(connection, reading, "attributed")
        if last is None or last.resident != resident or place.resident not in {None, resident}:
            raise ReadingDeskError("settled", f"the reading belongs to {place.resident}")
        return last


def dismiss(connection: Connection, reading: Key, deed: Deed) -> ReadingStep:
    """Say that a waiting reading is nobody's whom we know: a visitor's, a trial. No binding takes it later.

    Raises ReadingDeskError where it has an owner.
    """
    with _at_desk(connection, reading, deed) as (cursor, place):
        if place.resident is not None:
            raise ReadingDeskError("settled", f"the reading belongs to {place.resident}")
        return _once(cursor, reading, "dismissed", deed)


def look_at(connection: Connection, reading: Key, deed: Deed) -> ReadingStep:
    """Say that a doubtful reading was looked at and stays as it is. Raises ReadingDeskError."""
    with _at_desk(connection, reading, deed) as (cursor, _):
        return _once(cursor, reading, "looked_at", deed)


@contextmanager
def _at_desk(connection: Connection, reading: Key, deed: Deed) -> Iterator[tuple[Cursor, Stored]]:
    """The reading, ours until the transaction ends."""
    if deed.lack is not None:
        raise ReadingDeskError("no_words", deed.lack)
    with connection.transaction(), connection.cursor() as cursor:
        found = lock(cursor, [reading])
        if not found:
            raise ReadingDeskError("unknown_reading", f"there is no reading {reading[1]} of {reading[0]}")
        yield cursor, found[0]


def _give(cursor: Cursor, place: Stored, resident: UUID, deed: Deed) -> None:
    move(cursor, [replace(place, resident=resident)], by=BY, now=deed.at)
    latest.renew(cursor, [resident])
    reading_steps.add(cursor, place.key, "attributed", deed, resident=resident)
    cursor.execute(f"notify {CHANNEL}")


def _once(cursor: Cursor, reading: Key, step: Word, deed: Deed) -> ReadingStep:
    done = steps(cursor.connection, reading)
    if not done or done[-1].step != step:
        reading_steps.add(cursor, reading, step, deed)
        done = steps(cursor.connection, reading)
    return done[-1]


def _last(connection: Connection, reading: Key, step: Word) -> ReadingStep | None:
    return next((each for each in reversed(steps(connection, reading)) if each.step == step), None)
