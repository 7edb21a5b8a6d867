"""Sealed batches: readings bound to their gateway, stream and predecessor by a hash link and a signature."""

from __future__ import annotations

import hashlib
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta, Raw, Struct

from device_drivers.wire.codec import decode_envelope, encode
from device_drivers.wire.fields import Count, Digest, Moment, Sequence, Signature, StreamId, Text
from device_drivers.wire.reading import Reading
from device_drivers.wire.signing import verifies

CLOSE_AT: Final = 60 * 1024
"""Bytes at which a batch closes, below the limit of a message."""

MAX_READINGS: Final = 50

GENESIS: Final = "00" * 32
"""The link before a stream's first batch."""


class Boot(Struct, frozen=True, forbid_unknown_fields=True):
    """A boot of the gateway in which readings were heard before its clock was synchronised.

    `began`: when it began, said later by its synchronised clock, or at the earliest, by the times in receipts
    (`by`); null while nobody can tell. `uptime_ms`: how long it had run when the batch was sealed, in
    milliseconds; null where it had ended before.
    """

    boot: Text
    began: Moment | None
    by: Literal["clock", "cloud"] | None
    uptime_ms: Count | None


class Body(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a batch carries. Version 1 never changes; a second stands beside it. `boots` is left out where
    every reading was heard by a synchronised clock."""

    v: Literal[1]
    sealed_at: Moment
    clock: Literal["synced", "unsynced"]
    readings: Annotated[tuple[Reading, ...], Meta(min_length=1, max_length=MAX_READINGS)]
    boots: Annotated[tuple[Boot, ...], Meta(max_length=MAX_READINGS)] = ()


class Opens(Struct, frozen=True, forbid_unknown_fields=True):
    """The stream that a new one follows: its head when it closed.

    `resealed` is how many leading batches of the new stream carry everything of it that had no receipt.
    """

    stream: StreamId
    seq: Sequence
    link: Digest
    resealed: Count


class Sealed(Struct, frozen=True, forbid_unknown_fields=True):
    """A batch on the wire. `body` stays the exact bytes that were hashed."""

    gateway: UUID
    stream: StreamId
    seq: Sequence
    opens: Opens | None
    body: Raw
    prev_link: Digest
    link: Digest
    sig: Signature


def link_of(batch: Sealed) -> str:
    """SHA-256(prev_link ‖ gateway ‖ stream ‖ seq ‖ opens ‖ SHA-256(body)), every part of fixed length."""
    opens = hashlib.sha256(encode(batch.opens)).digest() if batch.opens else bytes(32)
    content = (
        bytes.fromhex(batch.prev_link),
        batch.gateway.bytes,
        bytes.fromhex(batch.stream),
        batch.seq.to_bytes(8, "big"),
        opens,
        hashlib.sha256(batch.body).digest(),
    )
    return hashlib.sha256(b"".join(content)).hexdigest()


def seal(
    body: bytes,
    *,
    gateway: UUID,
    stream: str,
    seq: int,
    prev_link: str,
    opens: Opens | None,
    key: Ed25519PrivateKey,
) -> Sealed:
    """Bind an encoded body to its place. The result is encoded once and only ever resent as those bytes."""
    draft = Sealed(gateway, stream, seq, opens, Raw(body), prev_link, "", "")
    link = link_of(draft)
    return msgspec.structs.replace(draft, link=link, sig=key.sign(bytes.fromhex(link)).hex())


def open_envelope(payload: bytes) -> Sealed:
    """The envelope of a batch, its body unread. Raises WireError."""
    return decode_envelope(payload, Sealed)


def is_sealed_by(batch: Sealed, public: str) -> bool:
    """Whether the link is that of these contents and was signed by the holder of the public key."""
    return link_of(batch) == batch.link and verifies(public, batch.sig, bytes.fromhex(batch.link))
