"""What a receipt lets the gateway do: one action, given what the outbox knows. Nothing is done here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from device_drivers.wire.receipt import Receipt
from device_drivers.wire.signing import is_signed_by

Fate = Literal["stored", "not_accepted"]
"""What receipts said of one reading: in the tables, or in quarantine."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose receipts count: ours, signed by one of these keys (kid → public), not below this lineage."""

    gateway: UUID
    keys: Mapping[str, str]
    lineage: int


@dataclass(frozen=True, slots=True)
class Named:
    """The batch whose stream, sequence and link a receipt names exactly."""

    batch: int
    is_receipted: bool
    is_current_stream: bool


@dataclass(frozen=True, slots=True)
class MarkStored:
    """The batch is done, but for the readings the receipt refuses; it may be purged when `lineage` allows."""

    batch: int
    refused: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class MarkRejected:
    """The whole batch lies in quarantine; kept and never resent."""

    batch: int


@dataclass(frozen=True, slots=True)
class OpenNewStream:
    """Close the current stream and seal all of its unreceipted rows into the first batches of another."""

    batch: int


@dataclass(frozen=True, slots=True)
class MoveRowsToCurrent:
    """The rows of a closed stream's batch wait again, for the current stream."""

    batch: int


@dataclass(frozen=True, slots=True)
class StopSending:
    """The cloud does not know us or has revoked us: keep everything, send nothing, tell the home."""

    batch: int


@dataclass(frozen=True, slots=True)
class FetchKeys:
    """Signed with a key we have not met: ask for the key set, do nothing else."""

    kid: str


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing follows. `reason`: `other_gateway bad_signature lower_lineage no_such_batch repeated`."""

    reason: str


Action = MarkStored | MarkRejected | OpenNewStream | MoveRowsToCurrent | StopSending | FetchKeys | Ignore


def distrust(receipt: Receipt, trust: Trust) -> FetchKeys | Ignore | None:
    """Why this receipt must not be acted on, or None where it may. The gateway's clock has no say in it."""
    if receipt.gateway != trust.gateway:
        return Ignore("other_gateway")
    public = trust.keys.get(receipt.kid)
    if public is None:
        return FetchKeys(receipt.kid)
    if not is_signed_by(receipt, receipt.sig, public):
        return Ignore("bad_signature")
    if receipt.lineage < trust.lineage:
        return Ignore("lower_lineage")
    return None


def decide(receipt: Receipt, named: Named | None) -> Action:
    """What a trusted receipt asks for, given the batch it names (after a rewind to its lineage)."""
    if named is None:
        return Ignore("no_such_batch")
    if named.is_receipted:
        return Ignore("repeated")
    match receipt.outcome:
        case "stored":
            refused = tuple((one.reading_id, one.reason) for one in receipt.rejected)
            return MarkStored(named.batch, refused)
        case "rejected":
            return MarkRejected(named.batch)
        case "resync":
            return OpenNewStream(named.batch) if named.is_current_stream else MoveRowsToCurrent(named.batch)
        case "refused":
            return StopSending(named.batch)
