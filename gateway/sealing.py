"""How waiting readings become batches: where one closes, and its sealed bytes. Stores and sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Raw, Struct

from device_drivers.wire.batch import CLOSE_AT, MAX_READINGS, Body, Opens, Sealed, open_envelope, seal
from device_drivers.wire.codec import decode, encode
from device_drivers.wire.fields import Moment
from device_drivers.wire.reading import Heard, Reading
from device_drivers.wire.state import Head

_ENVELOPE: Final = 1024
"""Bytes set aside for all that is not readings; the envelope with `opens` takes about 800."""


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


class _EncodedBody(Struct, frozen=True):
    """`Body` whose readings are encoded already: the same fields in the same order, so the same bytes."""

    v: Literal[1]
    sealed_at: Moment
    clock: Literal["synced", "unsynced"]
    readings: tuple[Raw, ...]


def partition(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in their order, cut into batches of at most 50 readings and 60 KiB."""
    batch: list[Row] = []
    size = _ENVELOPE
    for row in rows:
        if batch and (len(batch) == MAX_READINGS or size + len(row.body) + 1 > CLOSE_AT):
            yield batch
            batch, size = [], _ENVELOPE
        batch.append(row)
        size += len(row.body) + 1
    if batch:
        yield batch


def seal_rows(rows: list[Row], head: Head, *, opens: Opens | None, at: Heard, signer: Signer) -> Sealed:
    """The batch that follows `head` in its stream. `opens` only on a stream's first."""
    clock: Literal["synced", "unsynced"] = "synced" if at.synced else "unsynced"
    body = _EncodedBody(1, at.at, clock, tuple(Raw(row.body) for row in rows))
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
