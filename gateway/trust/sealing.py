"""How waiting readings become batches: where one closes, and its sealed bytes. Stores and sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Raw, Struct

from device_drivers.wire.batch import CLOSE_AT, MAX_READINGS, Body, Boot, Opens, Sealed, open_envelope, seal
from device_drivers.wire.codec import decode, encode
from device_drivers.wire.fields import Moment
from device_drivers.wire.reading import Heard, Reading
from device_drivers.wire.state import Head

_ENVELOPE: Final = 1024
"""Bytes set aside for all that is not readings; the envelope with `opens` takes about 800."""

_BOOT: Final = 256
"""The same for what is said of the boot of a reading that a clock not synchronised heard."""


@dataclass(frozen=True, slots=True)
class Row:
    """A waiting reading: its row in the outbox and its encoded bytes."""

    id: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Signer:
    """Who seals: the gateway's id and key."""

    gateway: UUID
    key: Ed25519PrivateKey


class _EncodedBody(Struct, frozen=True, omit_defaults=True):
    """`Body` whose readings are encoded already: the same fields in the same order, so the same bytes."""

    v: Literal[1]
    sealed_at: Moment
    clock: Literal["synced", "unsynced"]
    readings: tuple[Raw, ...]
    boots: tuple[Boot, ...] = ()


def is_unsynced(body: bytes) -> bool:
    """Whether these are the bytes of a reading that a clock not synchronised heard. Only `Heard` spells it
    like this: inside a string the quotes would be escaped."""
    return b'"synced":false' in body


def partition(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in their order, cut into batches of at most 50 readings and 60 KiB."""
    batch: list[Row] = []
    size = _ENVELOPE
    for row in rows:
        needs = len(row.body) + 1 + (_BOOT if is_unsynced(row.body) else 0)
        if batch and (len(batch) == MAX_READINGS or size + needs > CLOSE_AT):
            yield batch
            batch, size = [], _ENVELOPE
        batch.append(row)
        size += needs
    if batch:
        yield batch


def seal_rows(
    rows: list[Row],
    head: Head,
    *,
    opens: Opens | None,
    at: Heard,
    signer: Signer,
    boots: tuple[Boot, ...] = (),
) -> Sealed:
    """The batch that follows `head` in its stream. `opens` only on a stream's first."""
    clock: Literal["synced", "unsynced"] = "synced" if at.synced else "unsynced"
    body = _EncodedBody(1, at.at, clock, tuple(Raw(row.body) for row in rows), boots)
    return seal(
        encode(body),
        gateway=signer.gateway,
        stream=head.stream,
        seq=head.seq + 1,
        prev_link=head.link,
        opens=opens,
        key=signer.key,
    )


def unseal(payload: bytes) -> tuple[Reading, ...]:
    """The readings of our own sealed bytes again."""
    return decode(bytes(open_envelope(payload).body), Body).readings
