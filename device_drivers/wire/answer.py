"""What the home answered to a question of the cloud, on its way up. Judges no answer.

It travels as a batch does, on the same topic, and is settled by the same receipt: a stream of its own with
one place in it. So no broker is trusted with it, and nothing is called received before it is stored.
"""

from __future__ import annotations

import hashlib
from typing import Final, Literal
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from device_drivers.wire.codec import encode
from device_drivers.wire.downlink import Question
from device_drivers.wire.fields import Digest, Signature, StreamId
from device_drivers.wire.reading import Heard
from device_drivers.wire.signing import is_signed_by, sign

BEGINS: Final = b'{"answer":'
"""With what an answer begins on the wire, and no batch does."""


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """`question` is the one under which the cloud asked `asked`. `given`: when, by the gateway's clock."""

    question: UUID
    asked: Question
    said: Literal["yes", "no"]
    by: Literal["button", "page"]
    given: Heard


class Answered(Struct, frozen=True, forbid_unknown_fields=True):
    """`stream` is 128 random bits of this answer alone; `link` the SHA-256 of its canonical bytes."""

    answer: Answer
    gateway: UUID
    stream: StreamId
    seq: Literal[1]
    link: Digest
    sig: Signature


def seal(answer: Answer, *, gateway: UUID, stream: str, key: Ed25519PrivateKey) -> Answered:
    """Signed; encoded once and only ever resent as those bytes."""
    return sign(Answered(answer, gateway, stream, 1, link_of(answer), ""), key)


def link_of(answer: Answer) -> str:
    return hashlib.sha256(encode(answer)).hexdigest()


def is_sealed_by(answered: Answered, public: str) -> bool:
    """Whether the link is that of this answer and the holder of the public key signed it."""
    return link_of(answered.answer) == answered.link and is_signed_by(answered, answered.sig, public)
