"""The door: what to do with bytes that came from anywhere. Decides only; stores, answers and logs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Raw, Struct

from device_drivers.wire.batch import MAX_READINGS, Body, Boot, Sealed, open_envelope
from device_drivers.wire.codec import WireError, decode, decode_envelope, parse
from device_drivers.wire.fields import Moment
from device_drivers.wire.reading import Reading, is_identity_true
from ingest.door.enrolled import Enrolled, Fleet, GatewayKey


@dataclass(frozen=True, slots=True)
class RefusedReading:
    """One reading that the contract does not allow, though its id can be read; `raw` are its exact bytes."""

    reading_id: UUID
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """An authentic batch whose readings are to be stored, but for the refused ones."""

    sealed: Sealed
    signer: GatewayKey
    home: UUID
    sealed_at: datetime
    readings: tuple[Reading, ...]
    refusals: tuple[RefusedReading, ...]
    boots: tuple[Boot, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """An authentic batch with a body that cannot be read: its exact bytes go to quarantine."""

    sealed: Sealed
    signer: GatewayKey
    reason: str


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """Anyone could have sent this: quarantined, and no answer on anybody's topic."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A gateway that may not send: signed with its revoked key, or unknown to us."""

    sealed: Sealed
    why: Literal["revoked", "unknown"]


_WIDEST_OFFSET: Final = timedelta(hours=14)

Verdict = Accepted | Rejected | Unanswerable | Refused


class LooseBody(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A body whose readings are still unread bytes, to tell the good from the bad."""

    v: Literal[1]
    sealed_at: Moment
    clock: Literal["synced", "unsynced"]
    readings: Annotated[tuple[Raw, ...], Meta(min_length=1, max_length=MAX_READINGS)]
    boots: Annotated[tuple[Boot, ...], Meta(max_length=MAX_READINGS)] = ()


class _Named(Struct, frozen=True):
    reading_id: UUID


def accept(payload: bytes, topic_gateway: UUID | None, fleet: Fleet) -> Verdict:
    """Judge a message by its bytes and the gateway in its topic's name. Never raises on foreign input."""
    try:
        sealed = open_envelope(payload)
    except WireError as error:
        return Unanswerable(sentence(error))
    if topic_gateway != sealed.gateway:
        return Unanswerable("foreign_topic: the envelope names another gateway than the topic")
    enrolled = fleet.get(sealed.gateway)
    if enrolled is None:
        return Refused(sealed, "unknown")
    return _authenticate(sealed, enrolled)


def sentence(error: WireError) -> str:
    """What is wrong, as text that may stand in a receipt: one printable line of at most 200 characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(error))[:200]


def _authenticate(sealed: Sealed, enrolled: Enrolled) -> Verdict:
    signer = enrolled.signer_of(sealed)
    if signer is None:
        return Unanswerable("forged: no key ever enrolled for this gateway made the signature")
    if signer.revoked:
        return Refused(sealed, "revoked")
    try:
        return read_body(bytes(sealed.body), sealed, signer, enrolled.home)
    except WireError as error:
        return Rejected(sealed, signer, sentence(error))


def read_body(raw: bytes, sealed: Sealed, signer: GatewayKey, home: UUID) -> Accepted:
    """A batch with the readings of this body, the unsound ones among its refusals. Raises WireError where the
    body, or the id of a reading in it, cannot be read."""
    try:
        body = decode(raw, Body)
    except WireError:
        return _read_singly(decode_envelope(raw, LooseBody), sealed, signer, home)
    if all(_is_sound(reading) for reading in body.readings):
        _check_clocks(body)
        return Accepted(sealed, signer, home, body.sealed_at, body.readings, (), body.boots)
    return _read_singly(decode_envelope(raw, LooseBody), sealed, signer, home)


def _read_singly(body: LooseBody, sealed: Sealed, signer: GatewayKey, home: UUID) -> Accepted:
    _check_clocks(body)
    judged = [read_reading(bytes(raw)) for raw in body.readings]
    return Accepted(
        sealed,
        signer,
        home,
        body.sealed_at,
        readings=tuple(item for item in judged if isinstance(item, Reading)),
        refusals=tuple(item for item in judged if isinstance(item, RefusedReading)),
        boots=body.boots,
    )


def read_reading(raw: bytes) -> Reading | RefusedReading:
    """One reading, if it is sound. Raises WireError where not even an id can be read: nothing could be
    answered about such a reading."""
    try:
        reading = decode(raw, Reading)
        _check(reading)
    except WireError as error:
        return RefusedReading(parse(raw, _Named).reading_id, sentence(error), raw)
    return reading


def _is_sound(reading: Reading) -> bool:
    try:
        _check(reading)
    except WireError:
        return False
    return True


def _check(reading: Reading) -> None:
    if not is_identity_true(reading):
        raise WireError("identity", "the id does not follow from meter, words and record")
    check_clock(reading.heard.at)
    if reading.clock is not None:
        check_clock(reading.clock.read_at)


def _check_clocks(body: Body | LooseBody) -> None:
    for moment in (body.sealed_at, *(boot.began for boot in body.boots if boot.began is not None)):
        check_clock(moment)


def check_clock(moment: datetime) -> None:
    """Raises WireError on an instant that cannot be stored."""
    # A board without a battery starts in 1970. Outside these years an instant would pass Python or PostgreSQL
    # in one time zone and overflow in another.
    if not 1970 <= moment.year <= 9998:
        raise WireError("clock", f"a gateway's clock cannot stand in the year {moment.year}")
    offset = moment.utcoffset()
    if offset is None or abs(offset) > _WIDEST_OFFSET:
        raise WireError("clock", "no place on earth is more than 14 hours from UTC")
