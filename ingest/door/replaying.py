"""A quarantined item looked at again, as it came or as somebody put it right. Stores nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from msgspec import Raw

from device_drivers.wire.batch import Body, Sealed, open_envelope
from device_drivers.wire.codec import WireError, encode, parse
from device_drivers.wire.reading import Reading
from ingest.door.accept import (
    Accepted,
    Refused,
    RefusedReading,
    Rejected,
    Unanswerable,
    accept,
    read_body,
    read_reading,
    sentence,
)
from ingest.door.enrolled import Enrolled, GatewayKey
from ingest.door.quarantine import Kind

FIXABLE: Final = frozenset({"rejected", "refused_reading"})
"""Kinds that somebody can put right. A message without a true signature has nobody to speak for."""

_NOBODY: Final = GatewayKey(public="")
"""Nobody signed what a person put right: who answers for it stands in the step that names the item."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the quarantine with its exact bytes; `is_whole` where none were cut off."""

    kind: Kind
    payload: bytes
    is_whole: bool
    gateway: UUID | None
    stream: str | None
    seq: int | None


@dataclass(frozen=True, slots=True)
class Unacceptable:
    """It cannot be stored as it stands, and why."""

    reason: str


def as_it_came(item: Item, enrolled: Enrolled | None) -> Accepted | Unacceptable:
    """The item's own bytes before today's door. `enrolled` is the gateway it names, if there is one."""
    if not item.is_whole:
        return Unacceptable("cut: only the beginning of the message was kept")
    if item.gateway is None or enrolled is None:
        return Unacceptable("unknown: no gateway of ours is named")
    if item.kind == "refused_reading":
        return _of_reading(item, item.payload, enrolled.home)
    match accept(item.payload, item.gateway, {item.gateway: enrolled}):
        case Accepted() as batch:
            return _whole(batch)
        case Refused(why=why):
            return Unacceptable(f"refused: the gateway is {why}")
        case Rejected(reason=reason) | Unanswerable(reason=reason):
            return Unacceptable(reason)


def as_put_right(item: Item, fix: bytes, enrolled: Enrolled | None) -> Accepted | Unacceptable:
    """The item with its reading or body replaced by `fix`, in its canonical spelling."""
    if item.kind not in FIXABLE or item.gateway is None or enrolled is None:
        return Unacceptable("nobody vouches for it: there is nothing to correct")
    if item.kind == "refused_reading":
        return _of_reading(item, fix, enrolled.home)
    try:
        return _whole(read_body(fix, open_envelope(item.payload), _NOBODY, enrolled.home))
    except WireError as error:
        return Unacceptable(sentence(error))


def canonical(item: Item, given: bytes) -> bytes:
    """What a person typed, in the one spelling that the wire knows. Raises WireError."""
    if item.kind == "refused_reading":
        return encode(parse(given, Reading))
    return encode(parse(given, Body))


def _of_reading(item: Item, raw: bytes, home: UUID) -> Accepted | Unacceptable:
    try:
        reading = read_reading(raw)
    except WireError as error:
        return Unacceptable(sentence(error))
    if isinstance(reading, RefusedReading):
        return Unacceptable(reading.reason)
    return Accepted(_place(item), _NOBODY, home, reading.heard.at, (reading,), ())


def _whole(batch: Accepted) -> Accepted | Unacceptable:
    """All of its readings or none: of a part nobody could say afterwards what became of the rest."""
    if batch.refusals:
        return Unacceptable(f"a reading of it is refused: {batch.refusals[0].reason}")
    return batch


def _place(item: Item) -> Sealed:
    """Of a refused reading only the place of its batch is kept: it carries no link and no signature."""
    if item.gateway is None or item.stream is None or item.seq is None:
        raise ValueError("a refused reading without its batch's place")
    return Sealed(item.gateway, item.stream, item.seq, None, Raw(b""), "", "", "")
