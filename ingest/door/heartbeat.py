"""A gateway's signed heartbeat, judged by its bytes. Stores nothing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from device_drivers.wire.codec import WireError, decode
from device_drivers.wire.signing import is_signed_by
from device_drivers.wire.state import State
from ingest.door.accept import Unanswerable, sentence
from ingest.door.enrolled import Enrolled, Fleet, GatewayKey


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """An authentic heartbeat and the key that signed it."""

    state: State
    signer: GatewayKey


def hear(payload: bytes, topic_gateway: UUID | None, fleet: Fleet) -> Heartbeat | Unanswerable:
    """Judge a heartbeat by its bytes and the gateway in its topic's name."""
    try:
        state = decode(payload, State)
    except WireError as error:
        return Unanswerable(sentence(error))
    enrolled = fleet.get(state.gateway)
    if topic_gateway != state.gateway or enrolled is None:
        return Unanswerable("foreign_topic: no gateway of ours on its own topic")
    signer = _signer(state, enrolled)
    return (
        Unanswerable("forged: no key in force made the signature")
        if signer is None
        else Heartbeat(state, signer)
    )


def _signer(state: State, enrolled: Enrolled) -> GatewayKey | None:
    in_force = (key for key in enrolled.keys if not key.revoked)
    return next((key for key in in_force if is_signed_by(state, state.sig, key.public)), None)
