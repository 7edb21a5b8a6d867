"""Since when each missing batch is known to be missing. Reads evidence; rings nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ingest.chain import Range
from ingest.history import History
from ingest.statement import StreamStatement, state

Announced = list[tuple[int, datetime]]
"""Sequences of a stream, highest first, each with the earliest moment at which one so high was heard of."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Batches `first` to `last` were sealed and have not arrived: known `since` a higher one was heard of."""

    stream: str
    first: int
    last: int
    since: datetime

    @property
    def batches(self) -> int:
        return self.last - self.first + 1


def missing(history: History) -> tuple[Missing, ...]:
    """Holes below what arrived and what is pending above it, apart where they became known apart."""
    return tuple(
        part
        for stream in state(history).streams
        for part in _parts(stream, _announced(stream.stream, history))
    )


def _parts(stream: StreamStatement, announced: Announced) -> Iterator[Missing]:
    for gap in (*stream.holes, *stream.pending):
        for part in _split(gap, [seq for seq, _ in announced]):
            yield Missing(stream.stream, part.first, part.last, _since(part.last, announced))


def _split(gap: Range, at: list[int]) -> Iterator[Range]:
    """A head that was announced within a gap divides what was known then from what was known later."""
    first = gap.first
    for seq in sorted(seq for seq in at if gap.first <= seq < gap.last):
        yield Range(first, seq)
        first = seq + 1
    yield Range(first, gap.last)


def _since(seq: int, announced: Announced) -> datetime:
    return [at for each, at in announced if each >= seq][-1]


def _announced(stream: str, history: History) -> Announced:
    heard = [
        *((place.seq, place.at) for place in history.places if place.stream == stream),
        *((fold.last, fold.since) for fold in history.folds if fold.stream == stream),
        *((head.seq, head.at) for head in history.heads if head.stream == stream),
        *((opens.seq, place.at) for place, opens in history.successors(stream)),
    ]
    announced: Announced = []
    for seq, at in sorted(heard, key=lambda each: -each[0]):
        announced.append((seq, min(at, announced[-1][1]) if announced else at))
    return announced
