"""The loss statement: what of a gateway arrived, is missing, or cannot be known. Evidence in, words out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal
from uuid import UUID

from device_drivers.wire.batch import Opens
from ingest.loss.chain import Chain, Range, chain_of, count
from ingest.loss.history import History, Place, SignedHead


@dataclass(frozen=True, slots=True)
class StreamStatement:
    """One stream. `holes` lie below what arrived, `pending` above it; both were sealed and may still arrive.

    `carried` did not arrive either, but a later stream brought everything they held. `head` is the highest
    sequence known to have been sealed.
    """

    stream: str
    head: int
    arrived: int
    rejected: int
    refused: int
    verified: tuple[Range, ...]
    holes: tuple[Range, ...]
    pending: tuple[Range, ...]
    carried: tuple[Range, ...]
    forks: tuple[int, ...]
    resends: int = 0


Reason = Literal[
    "never_heard", "outbox_lost", "claimed_again", "resync_unanswered", "forked", "restored", "tail"
]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A time about which nothing can be proven; a bound is None where not even that is known."""

    reason: Reason
    since: datetime | None
    until: datetime | None
    stream: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What is proven of one gateway's way to the cloud."""

    gateway: UUID
    streams: tuple[StreamStatement, ...]
    unknown: tuple[Unknown, ...]

    @property
    def missing(self) -> int:
        """Batches that were sealed and have not arrived; they may still arrive."""
        return sum(count(stream.holes) + count(stream.pending) for stream in self.streams)

    @property
    def complete(self) -> bool:
        """Whether everything known to be sealed is in the tables or in quarantine, and nothing is unknown."""
        return not self.missing and not self.unknown


def state(history: History) -> Statement:
    """The loss statement of one gateway."""
    chains = {stream: chain_of(stream, history) for stream in history.streams()}
    return Statement(
        gateway=history.gateway,
        streams=tuple(_describe(chain, history, chains) for chain in chains.values()),
        unknown=(
            *_never_heard(history),
            *_outboxes_lost(history),
            *_claimed_again(history),
            *_forked(history, chains.values()),
            *_unanswered(history, chains),
            *_restored(history),
        ),
    )


Chains = Mapping[str, Chain]


def _describe(chain: Chain, history: History, chains: Chains) -> StreamStatement:
    missing = chain.missing()
    closed_at = _closed_at(chain, history, chains)
    return StreamStatement(
        stream=chain.stream,
        head=chain.head,
        arrived=chain.arrived,
        rejected=sum(piece.rejected for piece in chain.arrivals()),
        refused=sum(piece.refused for piece in chain.arrivals()),
        verified=chain.verified(),
        holes=_between(missing, closed_at + 1, chain.top),
        pending=_between(missing, max(closed_at, chain.top) + 1, chain.head),
        carried=_between(missing, 1, closed_at),
        forks=chain.forks,
        resends=sum(piece.resends for piece in chain.arrivals()),
    )


def _between(ranges: Iterable[Range], first: int, last: int) -> tuple[Range, ...]:
    clipped = (Range(max(each.first, first), min(each.last, last)) for each in ranges)
    return tuple(each for each in clipped if each.first <= each.last)


def _closed_at(chain: Chain, history: History, chains: Chains) -> int:
    """The sequence up to which one proven successor carries on this stream; 0 where there is none."""
    successors = history.successors(chain.stream)
    if len(successors) != 1 or chain.forks:
        return 0
    opening, opens = successors[0]
    is_proven = (
        opens.link in chain.links_at(opens.seq)
        and chains[opening.stream].is_whole_to(opens.resealed)
        and _outlived_restores(opening, opens, history)
    )
    return opens.seq if is_proven else 0


def _outlived_restores(opening: Place, opens: Opens, history: History) -> bool:
    """Whether the stream was still open after the last restore before its successor's first batch was stored.

    Otherwise what had a receipt when the stream was closed, and so was not sealed again, may be exactly what
    the restore lost.
    """
    restores = [restore.n for restore in history.restores if restore.n <= opening.lineage]
    return not restores or any(
        head.stream == opens.stream and head.rewound >= max(restores) for head in history.heads
    )


def _never_heard(history: History) -> Iterable[Unknown]:
    """Nothing is known to be sealed, which is not the same as nothing being sealed."""
    if history.claims and not history.in_order_of_appearance():
        yield Unknown("never_heard", min(claim.at for claim in history.claims), None)


def _outboxes_lost(history: History) -> Iterable[Unknown]:
    """A stream that another of its claim followed without naming it: the outbox was lost with all it held."""
    order = history.in_order_of_appearance()
    for claim in {seen.claim for seen in order}:
        unnamed = [seen for seen in order if seen.claim == claim and not history.successors(seen.stream)]
        for lost, follower in pairwise(unnamed):
            yield Unknown("outbox_lost", history.last_seen(lost.stream), follower.at, lost.stream)


def _claimed_again(history: History) -> Iterable[Unknown]:
    for claim in history.claims:
        if claim.number > 1:
            yield Unknown("claimed_again", history.last_seen_under(claim.number - 1), claim.at)


def _forked(history: History, chains: Iterable[Chain]) -> Iterable[Unknown]:
    """Two holders of one key wrote one stream: what either has not sent cannot be told from the other's."""
    began = {seen.stream: seen.at for seen in history.in_order_of_appearance()}
    forked = (chain.stream for chain in chains if chain.forks)
    return (Unknown("forked", began.get(stream), None, stream) for stream in forked)


def _unanswered(history: History, chains: Chains) -> Iterable[Unknown]:
    """A batch sent back without a proven successor: where its readings went is not known."""
    for resync in history.resyncs:
        chain = chains[resync.stream]
        if not resync.is_fork and _closed_at(chain, history, chains) < resync.seq:
            yield Unknown("resync_unanswered", resync.at, None, resync.stream)


def _restored(history: History) -> Iterable[Unknown]:
    """What the lost database had stored is unknown until an outbox that was there says it sends it again."""
    first_claim = min((claim.at for claim in history.claims), default=None)
    for restore in history.restores:
        concerned = first_claim is None or first_claim < restore.until
        if concerned and not any(_speaks_for(head, restore.n, history) for head in history.heads):
            yield Unknown("restored", restore.since, restore.until)


def _speaks_for(head: SignedHead, restore: int, history: History) -> bool:
    return head.rewound >= restore and history.reaches_before(head.stream, restore)
