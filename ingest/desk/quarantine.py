"""Where people look after the quarantine: put right, replay, close, for the command and for pages.

An item's bytes never change. Each deed is a row of its own with who, why and when. Twice changes nothing.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from psycopg import Connection, Cursor

from device_drivers.wire.codec import WireError
from ingest.door.accept import Accepted, sentence
from ingest.door.enrolled import Enrolled
from ingest.door.replaying import Item, Unacceptable, as_it_came, as_put_right, canonical
from ingest.fleet import registry
from ingest.store import steps
from ingest.store.group import UNSTORABLE, Group, Store
from ingest.store.quarantined import State, Step
from ingest.store.quarantined import steps as steps_of
from ingest.store.steps import Deed, Result

Trouble = Literal["unknown_item", "settled", "unacceptable", "no_words"]


class DeskError(Exception):
    """What was asked for cannot be done: `trouble` says which kind, the message what is wrong."""

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


def fix(connection: Connection, item: int, given: bytes, deed: Deed) -> Step:
    """Say what a refused reading or a rejected batch's body should have been, as JSON. The step that stands
    now: the same words twice are one. Raises DeskError, with the door's reason where it would be refused."""
    _check_words(deed)
    with connection.transaction(), connection.cursor() as cursor:
        found = _open(cursor, item)
        payload = _spelled(found, given)
        judged = as_put_right(found, payload, _enrolled(connection, found))
        if isinstance(judged, Unacceptable):
            raise DeskError("unacceptable", judged.reason)
        if steps.fix_of(cursor, item) != payload:
            steps.fixed(cursor, item, deed, payload)
        return _last(connection, item, "fixed")


def replay(store: Store, connection: Connection, item: int, deed: Deed) -> Step:
    """Bring an item through the door once more, as it was put right or else as it came. Of an item that was
    replayed already the step that stored it, with nothing done. `connection` is the store's own.

    Raises DeskError."""
    _check_words(deed)
    with connection.transaction(), connection.cursor() as cursor:
        found, state = _locked(cursor, item)
        if state == "closed":
            raise DeskError("settled", f"item {item} is closed")
        if state != "replayed":
            put_right = steps.fix_of(cursor, item)
            steps.replayed(cursor, item, deed, _result(store, connection, found, put_right, deed))
        return _last(connection, item, "replayed")


def close(connection: Connection, item: int, deed: Deed) -> Step:
    """Say that nothing more is to be done about an item; its bytes stay. Raises DeskError."""
    _check_words(deed)
    with connection.transaction(), connection.cursor() as cursor:
        _, state = _locked(cursor, item)
        if state == "replayed":
            raise DeskError("settled", f"item {item} is replayed")
        if state != "closed":
            steps.closed(cursor, item, deed)
        return _last(connection, item, "closed")


def _result(store: Store, connection: Connection, item: Item, put_right: bytes | None, deed: Deed) -> Result:
    enrolled = _enrolled(connection, item)
    batch = as_it_came(item, enrolled) if put_right is None else as_put_right(item, put_right, enrolled)
    if isinstance(batch, Unacceptable):
        return Result("rejected", batch.reason)
    if item.kind == "unanswerable":
        return _settle(store, batch, deed)
    try:
        is_stored = store.add(batch, deed.at)
    except UNSTORABLE as error:
        return Result("rejected", f"unstorable: {type(error).__name__}")
    if not is_stored:
        return Result("rejected", "contradiction: other values are stored under an id of it")
    return Result("stored", readings=_ids(batch))


def _settle(store: Store, batch: Accepted, deed: Deed) -> Result:
    """It never had a place in the ledger: it gets one now, or what its place holds against it."""
    (verdict,) = store.commit(Group([batch]), deed.at)
    if verdict is None:
        return Result("rejected", "the quarantine of its source is full")
    match verdict.outcome:
        case "stored":
            return Result("stored", readings=_ids(batch))
        case "resync":
            return Result("resync", "another batch, or a folded range, has its place")
        case _:
            return Result("rejected", "unstorable")


def _ids(batch: Accepted) -> tuple[UUID, ...]:
    return tuple(reading.reading_id for reading in batch.readings)


def _spelled(item: Item, given: bytes) -> bytes:
    try:
        return canonical(item, given)
    except WireError as error:
        raise DeskError("unacceptable", sentence(error)) from error


def _open(cursor: Cursor, item: int) -> Item:
    found, state = _locked(cursor, item)
    if state in {"replayed", "closed"}:
        raise DeskError("settled", f"item {item} is {state}")
    return found


def _locked(cursor: Cursor, item: int) -> tuple[Item, State]:
    found = steps.lock(cursor, item)
    if found is None:
        raise DeskError("unknown_item", f"there is no item {item} in quarantine")
    return found


def _enrolled(connection: Connection, item: Item) -> Enrolled | None:
    return None if item.gateway is None else registry.fleet(connection).get(item.gateway)


def _last(connection: Connection, item: int, step: str) -> Step:
    return next(each for each in reversed(steps_of(connection, item)) if each.step == step)


def _check_words(deed: Deed) -> None:
    if deed.lack is not None:
        raise DeskError("no_words", deed.lack)
