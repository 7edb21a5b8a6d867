"""What cannot be accepted, as exact bytes with the reason and a cap for each source. Stores nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from device_drivers.wire.codec import MAX_MESSAGE, encode
from device_drivers.wire.reading import Reading
from ingest.door.accept import Accepted, Rejected
from ingest.door.ledger import Verdict

Kind = Literal["unanswerable", "rejected", "refused_reading", "fork", "folded"]

ANYBODY: Final = "anybody"
"""The one source of all that has no true signature: its name could be anybody's, so all share a cap."""

CAP: Final = 16 * 1024 * 1024
"""Bytes a source may have in quarantine."""

CAP_OF_CONTRADICTIONS: Final = CAP // 2
"""What contradicts a stored reading leaves this much to what must be kept before it is answered."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """For quarantine. `payload` is cut at the size of the largest message, `size` and `digest` are not."""

    source: str
    kind: Kind
    reason: str
    payload: bytes
    size: int
    digest: bytes
    gateway: UUID | None = None
    stream: str | None = None
    seq: int | None = None
    reading_id: UUID | None = None


def of_anybody(payload: bytes, reason: str, gateway: UUID | None) -> Evidence:
    """A message that nobody vouches for; `gateway` is the one its topic named."""
    digest = hashlib.sha256(payload).digest()
    kept = payload[:MAX_MESSAGE]
    return Evidence(ANYBODY, "unanswerable", reason, kept, len(payload), digest, gateway)


def of_batch(batch: Accepted | Rejected, verdict: Verdict) -> tuple[Evidence, ...]:
    """What of an authentic batch must be in quarantine before it is answered; nothing for a repeated one."""
    match batch:
        case _ if verdict.conflict:
            reason = "fork: another batch has this place" if verdict.conflict == "fork" else "folded"
            return (_whole(batch, verdict.conflict, reason),)
        case Rejected(reason=reason) if verdict.is_new:
            return (_whole(batch, "rejected", reason),)
        case Accepted() if verdict.is_new:
            return tuple(_refused(batch))
        case _:
            return ()


def of_contradiction(batch: Accepted, reading: Reading) -> Evidence:
    """A reading with other numbers than were stored under its id: another driver's, or a liar's."""
    reason = "contradiction: other values are stored under this id"
    return _signed(batch, "refused_reading", reason, encode(reading), reading.reading_id)


def _whole(batch: Accepted | Rejected, kind: Kind, reason: str) -> Evidence:
    # One value has one spelling, so this is what arrived, byte for byte.
    return _signed(batch, kind, reason, encode(batch.sealed))


def _refused(batch: Accepted) -> list[Evidence]:
    return [
        _signed(batch, "refused_reading", refused.reason, refused.raw, refused.reading_id)
        for refused in batch.refusals
    ]


def _signed(
    batch: Accepted | Rejected, kind: Kind, reason: str, payload: bytes, reading_id: UUID | None = None
) -> Evidence:
    sealed = batch.sealed
    digest = hashlib.sha256(payload).digest()
    return Evidence(
        source=str(sealed.gateway),
        kind=kind,
        reason=reason,
        payload=payload,
        size=len(payload),
        digest=digest,
        gateway=sealed.gateway,
        stream=sealed.stream,
        seq=sealed.seq,
        reading_id=reading_id,
    )
