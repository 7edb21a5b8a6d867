"""What people say of a reading that is stored: whose it is, that it is nobody's, or what it was.

Every deed is a row of its own with who, why and when, and the rows before it stay. Numbers and the time of
measurement are the meter's and are corrected by nobody. Twice the same changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from psycopg import Connection, Cursor

from ingest.door.rebinding import BINDING, SECOND_SOURCE
from ingest.store import latest, reading_steps
from ingest.store.corrections import COLUMNS, Correction, say
from ingest.store.group import CHANNEL
from ingest.store.revisions import Revision, revisions
from ingest.store.rows import Key
from ingest.store.steps import Deed
from ingest.store.superseding import Hand, Stored, hand_over, lock

Trouble = Literal["unknown_reading", "archived", "no_words", "unfit"]


class RevisionError(Exception):
    """What was asked for cannot be done: `trouble` says which kind, the message what is wrong."""

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Revised:
    """How a reading stands after a deed; `changed` is False where it stood so before."""

    meter: str
    reading_id: UUID
    resident: UUID | None
    revision: int
    changed: bool


def reattribute(connection: Connection, key: Key, resident: UUID, deed: Deed) -> Revised:
    """It is this resident's, whoever had it. Raises RevisionError."""
    return _give(connection, key, resident, deed)


def withdraw(connection: Connection, key: Key, deed: Deed) -> Revised:
    """It is nobody's that we know of: it waits for people, and no binding gives it away.

    Raises RevisionError.
    """
    return _give(connection, key, None, deed)


def correct(connection: Connection, key: Key, correction: Correction, deed: Deed) -> Revised:
    """It was something else than it said of itself. Raises RevisionError."""
    if correction.is_empty:
        raise RevisionError("unfit", "say what is to be corrected")

    def do(cursor: Cursor, place: Stored, in_force: Revision) -> bool:
        if in_force.kind != "glucose" and correction.meal is not None:
            raise RevisionError("unfit", "a blood pressure is of no meal")
        if _is_said(in_force, correction):
            return False
        say(cursor, place, correction, deed.at)
        return True

    return _carry_out(connection, key, deed, do, step="corrected", change=correction.change)


def _give(connection: Connection, key: Key, resident: UUID | None, deed: Deed) -> Revised:
    def do(cursor: Cursor, place: Stored, _in_force: Revision) -> bool:
        if place.resident == resident and (resident is not None or place.is_for_people):
            return False
        if place.resident != resident:
            hand_over(cursor, place, resident, Hand(deed.by, deed.at))
        return True

    step: reading_steps.Word = "withdrawn" if resident is None else "attributed"
    return _carry_out(connection, key, deed, do, step=step, resident=resident)


def _carry_out(
    connection: Connection,
    key: Key,
    deed: Deed,
    do: Callable[[Cursor, Stored, Revision], bool],
    *,
    step: reading_steps.Word,
    resident: UUID | None = None,
    change: Mapping[str, object] | None = None,
) -> Revised:
    """Under the reading's lock: do it, and note it if that changed anything."""
    _check_words(deed)
    with connection.transaction(), connection.cursor() as cursor:
        place, in_force = _found(connection, cursor, key)
        changed = do(cursor, place, in_force)
        if changed:
            in_force = revisions(connection, key)[-1]
            reading_steps.add(
                cursor, key, step, deed, resident=resident, revision=in_force.revision, change=change
            )
            latest.renew(cursor, {each for each in (place.resident, in_force.resident) if each is not None})
            cursor.execute(f"notify {CHANNEL}")
        return Revised(*key, in_force.resident, in_force.revision, changed)


def _is_said(in_force: Revision, correction: Correction) -> bool:
    """Somebody said all of it before."""
    stands = {"quality": in_force.quality, "meal": in_force.meal, "is_duplicate": False}
    return all(
        COLUMNS[name] in in_force.corrected and stands[name] == word
        for name, word in correction.change.items()
    )


def _found(connection: Connection, cursor: Cursor, key: Key) -> tuple[Stored, Revision]:
    places = lock(cursor, [key])
    if not places:
        raise RevisionError("unknown_reading", f"no reading {key[1]} of meter {key[0]} was ever stored")
    rows = revisions(connection, key)
    if not rows:
        raise RevisionError("archived", "its month is archived: what was known then stays as it is")
    return places[0], rows[-1]


def _check_words(deed: Deed) -> None:
    if deed.lack is not None:
        raise RevisionError("no_words", deed.lack)
    if deed.by in {BINDING, SECOND_SOURCE}:
        raise RevisionError("no_words", f"{deed.by!r} is no person's name")
