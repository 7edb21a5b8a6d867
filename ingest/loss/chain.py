"""One stream's hash chain: what of it arrived, which links fit, where it splits. Judges no other stream."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from device_drivers.wire.batch import GENESIS
from ingest.loss.history import Arrival, Fold, History, Place


@dataclass(frozen=True, slots=True)
class Range:
    """Sequences from `first` to `last`, both included."""

    first: int
    last: int


def count(ranges: Iterable[Range]) -> int:
    """How many sequences the ranges hold."""
    return sum(each.last - each.first + 1 for each in ranges)


@dataclass(frozen=True, slots=True)
class Chain:
    """A stream's evidence. `links` are all links claimed for a sequence; more than one is a fork.

    `folds` are ranges that were verified before. `forks` are the sequences at which two histories meet.
    """

    stream: str
    places: Mapping[int, Place]
    folds: tuple[Fold, ...]
    links: Mapping[int, frozenset[str]]
    head: int
    forks: tuple[int, ...]

    @property
    def top(self) -> int:
        """The highest sequence that arrived."""
        return max((span.last for span in self.spans()), default=0)

    @property
    def arrived(self) -> int:
        return count(self.spans())

    def arrivals(self) -> list[Arrival]:
        """What arrived, in order: batches one by one, folded ones in their ranges."""
        return sorted([*self.folds, *self.places.values()], key=lambda piece: piece.first)

    def spans(self) -> list[Range]:
        """The sequences of what arrived, in order."""
        return [Range(piece.first, piece.last) for piece in self.arrivals()]

    def links_at(self, seq: int) -> frozenset[str]:
        return self.links.get(seq, frozenset())

    def missing(self) -> tuple[Range, ...]:
        """Sealed, as far as is known, and not here."""
        edges = [Range(0, 0), *self.spans(), Range(self.head + 1, self.head + 1)]
        gaps = (Range(left.last + 1, right.first - 1) for left, right in pairwise(edges))
        return tuple(gap for gap in gaps if gap.first <= gap.last)

    def verified(self) -> tuple[Range, ...]:
        """Runs of batches that arrived and whose links fit their neighbours'."""
        runs: list[Range] = []
        for span in self.spans():
            if runs and runs[-1].last == span.first - 1 and span.first not in self.forks:
                runs[-1] = Range(runs[-1].first, span.last)
            else:
                runs.append(span)
        return tuple(runs)

    def is_whole_to(self, seq: int) -> bool:
        """Whether batches 1 to `seq` all arrived, with links that fit from the genesis on."""
        return seq == 0 or any(run.first == 1 and run.last >= seq for run in self.verified())


def chain_of(stream: str, history: History) -> Chain:
    """Gather a stream's evidence from everything known of its gateway."""
    folds = tuple(fold for fold in history.folds if fold.stream == stream)
    places = {place.seq: place for place in history.places if place.stream == stream}
    links = _links(stream, history)
    named = [opens.seq for _, opens in history.successors(stream)]
    return Chain(
        stream=stream,
        places=places,
        folds=folds,
        links=links,
        head=max([0, *links, *named]),
        forks=tuple(sorted(_forks(stream, history, [*folds, *places.values()], links))),
    )


def _links(stream: str, history: History) -> dict[int, frozenset[str]]:
    links: defaultdict[int, set[str]] = defaultdict(set)
    links[0].add(GENESIS)
    for fold in history.folds:
        if fold.stream == stream:
            links[fold.last].add(fold.link)
    for place in history.places:
        if place.stream == stream:
            links[place.seq].add(place.link)
    for head in history.heads:
        if head.stream == stream:
            links[head.seq].add(head.link)
    return {seq: frozenset(claimed) for seq, claimed in links.items()}


def _forks(
    stream: str,
    history: History,
    arrived: Iterable[Arrival],
    links: Mapping[int, frozenset[str]],
) -> set[int]:
    split = {seq for seq, claimed in links.items() if len(claimed) > 1}
    firsts = {piece.first: piece.prev_link for piece in arrived}
    torn = {first for first, prev_link in firsts.items() if _misses(prev_link, links.get(first - 1))}
    returned = {resync.seq for resync in history.resyncs if resync.stream == stream and resync.is_fork}
    return split | torn | returned | _second_endings(stream, history, links)


def _second_endings(stream: str, history: History, links: Mapping[int, frozenset[str]]) -> set[int]:
    """Where a successor says the stream ended, but it went on, ended otherwise, or had a second successor."""
    endings = [opens for _, opens in history.successors(stream)]
    disputed = {opens.seq for opens in endings if _misses(opens.link, links.get(opens.seq))}
    continued = {opens.seq for opens in endings if max(links) > opens.seq}
    return disputed | continued | ({opens.seq for opens in endings} if len(endings) > 1 else set())


def _misses(link: str, known: frozenset[str] | None) -> bool:
    return known is not None and link not in known
