"""What the cloud answers and announces: receipts, key sets, lineage. All signed, none expiring."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from device_drivers.wire.fields import Count, Digest, KeyId, Moment, Reason, Sequence, Signature, StreamId

Outcome = Literal["stored", "rejected", "resync", "refused"]


class Refusal(Struct, frozen=True, forbid_unknown_fields=True):
    """One reading of a stored batch that is in quarantine instead of the tables."""

    reading_id: UUID
    reason: Reason


class Receipt(Struct, frozen=True, forbid_unknown_fields=True):
    """The fate of exactly one batch, signed after the commit that settled it."""

    kid: KeyId
    lineage: Count
    gateway: UUID
    stream: StreamId
    seq: Sequence
    link: Digest
    outcome: Outcome
    rejected: Annotated[tuple[Refusal, ...], Meta(max_length=50)]
    cloud_time: Moment
    sig: Signature


class CloudKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A key with which the cloud signs receipts."""

    kid: KeyId
    public: Digest


class KeySet(Struct, frozen=True, forbid_unknown_fields=True):
    """The cloud's keys, signed by the root that gateways pin when they enrol. `version` only grows."""

    version: Count
    keys: Annotated[tuple[CloudKey, ...], Meta(min_length=1, max_length=32)]
    sig: Signature


class Lineage(Struct, frozen=True, forbid_unknown_fields=True):
    """Which life of the database speaks: `n` grows at every restore and promotion.

    Receipts from before `safe_before` are in every backup that may still be restored.
    """

    kid: KeyId
    n: Count
    safe_before: Moment
    kids: KeySet
    sig: Signature
