"""What a request to the door asks for, by its bytes and the name in its certificate. Decides only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from msgspec import Struct

from device_drivers.wire.codec import WireError, parse
from device_drivers.wire.fields import Digest, Sequence, StreamId
from device_drivers.wire.topics import Channel, topic
from ingest.ways.https.exchange import Answer, Request

BATCHES: Final = "/v1/batches"
LINEAGE: Final = "/v1/lineage"
STATE: Final = "/v1/state"
DOWNLINK: Final = "/v1/downlink/"
"""Then the gateway's id."""

_METHODS: Final = {BATCHES: "POST", LINEAGE: "GET", STATE: "POST"}
_NOT_FOUND: Final = 404
_WRONG_METHOD: Final = 405
_MALFORMED: Final = 400
_FOREIGN: Final = 403
_TAKEN: Final = 202


class Place(Struct, frozen=True):
    """What names a batch, in the batch itself and in its receipt."""

    gateway: UUID
    stream: StreamId
    seq: Sequence
    link: Digest


class _Named(Struct, frozen=True):
    gateway: UUID


@dataclass(frozen=True, slots=True)
class Settle:
    """Hand the bytes over under that topic's name, and answer with the receipt of this place."""

    name: str
    payload: bytes
    place: Place


@dataclass(frozen=True, slots=True)
class Keep:
    """Hand the bytes over under that topic's name, whatever they are worth, and answer so."""

    name: str
    payload: bytes
    answer: Answer


@dataclass(frozen=True, slots=True)
class Tell:
    """Say the lineage."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Say what waits for this gateway."""

    gateway: UUID


Errand = Settle | Keep | Tell | Ask | Answer


def errand_of(request: Request, caller: UUID | None) -> Errand:
    """`caller`: the gateway of the certificate, where one had to be shown. What is malformed or in another's
    name is kept as evidence, as from any broker."""
    if request.path.startswith(DOWNLINK):
        return _downlink(request, caller)
    method = _METHODS.get(request.path)
    if method is None:
        return Answer(_NOT_FOUND)
    if request.method != method:
        return Answer(_WRONG_METHOD, headers={"Allow": method})
    match request.path:
        case "/v1/batches":
            return _batch(request.body, caller)
        case "/v1/state":
            return _state(request.body, caller)
        case _:
            return Tell()


def _downlink(request: Request, caller: UUID | None) -> Errand:
    if request.method != "GET":
        return Answer(_WRONG_METHOD, headers={"Allow": "GET"})
    try:
        gateway = UUID(request.path.removeprefix(DOWNLINK))
    except ValueError:
        return Answer(_NOT_FOUND)
    return Ask(gateway) if caller in {None, gateway} else Answer(_FOREIGN)


def _batch(body: bytes, caller: UUID | None) -> Errand:
    try:
        place = parse(body, Place)
    except WireError:
        return _evidence(body, caller, "up", _MALFORMED)
    if caller not in {None, place.gateway}:
        return _evidence(body, caller, "up", _FOREIGN)
    return Settle(topic(place.gateway, "up"), body, place)


def _state(body: bytes, caller: UUID | None) -> Errand:
    try:
        gateway = parse(body, _Named).gateway
    except WireError:
        return _evidence(body, caller, "state", _MALFORMED)
    if caller not in {None, gateway}:
        return _evidence(body, caller, "state", _FOREIGN)
    return Keep(topic(gateway, "state"), body, Answer(_TAKEN))


def _evidence(body: bytes, caller: UUID | None, channel: Channel, status: int) -> Keep:
    """Where nobody had to say who he is, the message has no topic either."""
    return Keep(topic(caller, channel) if caller else "", body, Answer(status))
