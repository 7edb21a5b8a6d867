"""What the cloud knows of one gateway's streams: evidence, signed or its own. Concludes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from device_drivers.wire.batch import Opens


@dataclass(frozen=True, slots=True)
class Place:
    """A batch in the ledger. `lineage` is the life of the database that stored it, `claim` its key's."""

    stream: str
    seq: int
    link: str
    prev_link: str
    opens: Opens | None
    outcome: Literal["stored", "rejected"]
    claim: int
    lineage: int
    at: datetime
    refused: int = 0
    """Readings of it that are in quarantine."""
    readings: int = 0
    sealed_at: datetime | None = None
    resends: int = 0
    """How often it came again."""

    @property
    def sealed(self) -> datetime:
        """By the gateway's clock, or when it was stored if what it said cannot be read."""
        return self.sealed_at or self.at

    @property
    def first(self) -> int:
        return self.seq

    @property
    def last(self) -> int:
        return self.seq

    @property
    def batches(self) -> int:
        return 1

    @property
    def since(self) -> datetime:
        return self.at

    @property
    def until(self) -> datetime:
        return self.at

    @property
    def sealed_first(self) -> datetime:
        return self.sealed

    @property
    def sealed_last(self) -> datetime:
        return self.sealed

    @property
    def rejected(self) -> int:
        """How many batches of it are in quarantine whole: itself or none."""
        return int(self.outcome == "rejected")


@dataclass(frozen=True, slots=True)
class Fold:
    """Batches `first` to `last` of a stream, verified long ago, sealed on one day and under one claim.

    `prev_link` is the link before the first, `link` that of the last, which was stored `at`; all of them were
    stored from `since` to `until`. `rejected` counts batches, `refused` and `readings` readings.
    """

    stream: str
    first: int
    last: int
    prev_link: str
    link: str
    claim: int
    lineage: int
    since: datetime
    until: datetime
    at: datetime
    sealed_first: datetime
    sealed_last: datetime
    rejected: int = 0
    refused: int = 0
    readings: int = 0
    resends: int = 0

    @property
    def sealed(self) -> datetime:
        """When the first was sealed; the others were on the same day."""
        return self.sealed_first

    @property
    def batches(self) -> int:
        return self.last - self.first + 1


Arrival = Place | Fold
"""What arrived: one batch, or a range that is counted as one piece."""


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A signed heartbeat: up to `seq` the gateway had sealed.

    `at` is when the cloud first heard it; `said_at` the latest moment at which that was still so, by a
    synchronised clock of the gateway.
    """

    stream: str
    seq: int
    link: str
    rewound: int
    claim: int
    lineage: int
    at: datetime
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resync:
    """A batch that was sent back because another one, or a folded range, has its place."""

    stream: str
    seq: int
    is_fork: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """An enrolment of the gateway; numbers start at 1. `in_force`: one of its keys is not revoked."""

    number: int
    at: datetime
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class Restore:
    """Lineage `n` began from a backup taken at `since` and restored at `until`."""

    n: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Appearance:
    """When a stream was first heard of, and under which claim."""

    stream: str
    claim: int
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """All evidence about one gateway."""

    gateway: UUID
    places: tuple[Place, ...] = ()
    folds: tuple[Fold, ...] = ()
    heads: tuple[SignedHead, ...] = ()
    resyncs: tuple[Resync, ...] = ()
    claims: tuple[Claim, ...] = ()
    restores: tuple[Restore, ...] = ()

    def streams(self) -> tuple[str, ...]:
        """Every stream there is a trace of, those first heard of first."""
        named = [opens.stream for _, opens in self._openings()]
        seen = [each.stream for each in self.in_order_of_appearance()]
        return tuple(dict.fromkeys([*seen, *named, *(resync.stream for resync in self.resyncs)]))

    def in_order_of_appearance(self) -> tuple[Appearance, ...]:
        """The streams that spoke for themselves."""
        first: dict[str, Appearance] = {}
        for piece in sorted(self._evidence(), key=lambda piece: (_begin(piece), piece.claim, piece.stream)):
            first.setdefault(piece.stream, Appearance(piece.stream, piece.claim, _begin(piece)))
        return tuple(first.values())

    def opening(self, stream: str) -> Place | None:
        """A stream's first batch, if it arrived."""
        return next((place for place in self.places if place.stream == stream and place.seq == 1), None)

    def successors(self, stream: str) -> tuple[tuple[Place, Opens], ...]:
        """First batches that name this stream as the one they follow."""
        return tuple(pair for pair in self._openings() if pair[1].stream == stream)

    def last_seen(self, stream: str) -> datetime | None:
        """When the highest sequence of a stream was first heard of."""
        known = [(_seq(piece), piece.at) for piece in self._evidence() if piece.stream == stream]
        highest = max((seq for seq, _ in known), default=0)
        return min((at for seq, at in known if seq == highest), default=None)

    def last_seen_under(self, claim: int) -> datetime | None:
        """When anything of this or an earlier claim was last heard of."""
        return max((_end(piece) for piece in self._evidence() if piece.claim <= claim), default=None)

    def reaches_before(self, stream: str, restore: int) -> bool:
        """Whether this outbox existed before a restore: its stream, or one it names, was heard of before."""
        walked: set[str] = set()
        while stream not in walked:
            walked.add(stream)
            if any(piece.lineage < restore for piece in self._evidence() if piece.stream == stream):
                return True
            opening = self.opening(stream)
            stream = opening.opens.stream if opening and opening.opens else stream
        return False

    def _openings(self) -> Iterator[tuple[Place, Opens]]:
        return ((place, place.opens) for place in self.places if place.seq == 1 and place.opens)

    def _evidence(self) -> Iterator[Arrival | SignedHead]:
        yield from self.folds
        yield from self.places
        yield from self.heads


def _seq(piece: Arrival | SignedHead) -> int:
    return piece.seq if isinstance(piece, SignedHead) else piece.last


def _begin(piece: Arrival | SignedHead) -> datetime:
    return piece.at if isinstance(piece, SignedHead) else piece.since


def _end(piece: Arrival | SignedHead) -> datetime:
    return piece.at if isinstance(piece, SignedHead) else piece.until
