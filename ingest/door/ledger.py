"""The ledger's decision on one batch: new, known, or in conflict with what stands there. Reads no table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from device_drivers.wire.receipt import Outcome, Refusal
from ingest.door.accept import Accepted, Rejected


@dataclass(frozen=True, slots=True)
class Settled:
    """A row of the ledger: the batch that took this (gateway, stream, seq), and what was answered."""

    link: str
    outcome: Literal["stored", "rejected"]
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Folded:
    """Verified long ago and folded into a range: this place is taken, by which link is no longer known."""


Known = Settled | Folded | None
"""What the ledger has at the batch's place; None where nothing arrived yet."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `is_new` takes the place in the ledger; a `conflict` goes to quarantine, a fork rings."""

    outcome: Outcome
    refusals: tuple[Refusal, ...] = ()
    is_new: bool = False
    conflict: Literal["fork", "folded"] | None = None


def judge(batch: Accepted | Rejected, known: Known) -> Verdict:
    """What to answer to an authentic batch. A repeated batch gets the answer it got before."""
    match known:
        case None:
            return settle(batch)
        case Settled(link=link, outcome=outcome, refusals=refusals) if link == batch.sealed.link:
            return Verdict(outcome, refusals)
        case Settled():
            return Verdict("resync", conflict="fork")
        case Folded():
            return Verdict("resync", conflict="folded")


def settle(batch: Accepted | Rejected) -> Verdict:
    """The answer to a batch whose place is free, whatever arrived before or after it."""
    if isinstance(batch, Rejected):
        return Verdict("rejected", is_new=True)
    refusals = tuple(Refusal(refused.reading_id, refused.reason) for refused in batch.refusals)
    return Verdict("stored", refusals, is_new=True)
