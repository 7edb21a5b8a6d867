"""What a home answered to a question of ours, judged by its bytes. Knows no question and stores nothing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from device_drivers.wire.answer import Answered, is_sealed_by
from device_drivers.wire.codec import WireError, decode
from ingest.door.accept import Unanswerable, check_clock, sentence
from ingest.door.enrolled import Fleet, GatewayKey


@dataclass(frozen=True, slots=True)
class HomeAnswer:
    """An authentic answer, the home it comes from, and the key that signed it."""

    answered: Answered
    home: UUID
    signer: GatewayKey


def judge_answer(payload: bytes, topic_gateway: UUID | None, fleet: Fleet) -> HomeAnswer | Unanswerable:
    """Judge an answer by its bytes and the gateway in its topic's name. A revoked gateway's is nobody's."""
    try:
        answered = decode(payload, Answered)
        check_clock(answered.answer.given.at)
    except WireError as error:
        return Unanswerable(sentence(error))
    enrolled = fleet.get(answered.gateway)
    if topic_gateway != answered.gateway or enrolled is None:
        return Unanswerable("foreign_topic: no gateway of ours on its own topic")
    in_force = (key for key in enrolled.keys if not key.revoked)
    signer = next((key for key in in_force if is_sealed_by(answered, key.public)), None)
    if signer is None:
        return Unanswerable("forged: no key in force made the signature")
    return HomeAnswer(answered, enrolled.home, signer)
