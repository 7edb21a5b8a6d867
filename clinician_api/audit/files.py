"""The sealed record as a file that proves itself: written from the database, checked without it.

A line of JSON each: a head, the links with their entries, and an end. Who holds the anchors, kept elsewhere,
also sees a chain that was made anew, and one that was cut short together with its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec

from clinician_api.audit import rules
from clinician_api.audit.rules import Fault, Report, Row, Seal

Anchors = Mapping[int, bytes]
"""The hash of a link by its number."""

_HASH: Final = 32


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is", tag="head"):
    """`before` is N:HASH of the link that the first one follows; None where the chain begins here."""

    format: Literal["hearthline audit 1"]
    columns: tuple[str, ...]
    before: str | None


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is", tag="link"):
    n: int
    first: tuple[int, int]
    last: tuple[int, int]
    seqs: tuple[int, ...]
    leaves: str
    at: datetime
    hash: str
    entries: tuple[tuple[Any, ...], ...]


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is", tag="end"):
    links: int
    entries: int
    head: str | None


_PARTS: Final = msgspec.json.Decoder(Head | Link | End)


def head_words(seal: Seal | None) -> str | None:
    return f"{seal.n}:{seal.hash.hex()}" if seal else None


def read_anchor(words: str) -> tuple[int, bytes]:
    """N:HASH. Raises ValueError on anything but a number, a colon and 64 hexadecimal digits."""
    number, _, digits = words.strip().partition(":")
    found = bytes.fromhex(digits)
    if len(found) != _HASH:
        raise ValueError(words)
    return int(number), found


def written(
    links: Iterable[tuple[Seal, Sequence[Sequence[object]]]], columns: tuple[str, ...], *, after: Seal | None
) -> Iterator[bytes]:
    """The file's lines. `links` follow `after`, each with its entries' values in the order of `columns`."""
    yield _line(Head("hearthline audit 1", columns, head_words(after)))
    count = entries = 0
    last = after
    for seal, rows in links:
        yield _line(_link(seal, rows))
        count, entries, last = count + 1, entries + len(rows), seal
    yield _line(End(count, entries, head_words(last)))


def check(lines: Iterable[bytes], anchors: Anchors) -> Report:
    """What was changed, removed, put in, put elsewhere or cut off, by the file and the anchors alone."""
    reading = _Reading(anchors)
    for number, line in enumerate(lines, 1):
        reading.take(number, line)
    reading.finish()
    return Report(tuple(reading.faults), reading.links, reading.entries, 0, head_words(reading.before))


@dataclass(slots=True)
class _Reading:
    """How far a file was read, and what was wrong so far."""

    anchors: Anchors
    before: Seal | None = None
    links: int = 0
    entries: int = 0
    is_ended: bool = False
    faults: list[Fault] = field(default_factory=list)

    def take(self, number: int, line: bytes) -> None:
        try:
            part = _PARTS.decode(line)
            seal = _seal(part) if isinstance(part, Link) else None
            rows = [_row(values) for values in part.entries] if isinstance(part, Link) else []
            before = _before(part) if isinstance(part, Head) else None
        except (msgspec.MsgspecError, ValueError, OverflowError):
            self.faults.append(Fault("unreadable", number))
            return
        if self.is_ended or (number == 1) != isinstance(part, Head):
            self.faults.append(Fault("reordered" if seal else "unreadable", seal.n if seal else number))
        if before:
            self.before = before
            self.faults += self._anchored(before)
        if seal:
            self._take_link(seal, rows)
        if isinstance(part, End):
            self._take_end(part)

    def _take_link(self, seal: Seal, rows: Sequence[Row]) -> None:
        self.links, self.entries = self.links + 1, self.entries + len(rows)
        if self.before and seal.n <= self.before.n:
            self.faults.append(Fault("reordered", seal.n))
            return
        wrong = [*rules.check_seal(self.before, seal), *rules.check_rows(seal, rows), *self._anchored(seal)]
        if not wrong and tuple(row.seq for row in rows) != seal.seqs:
            wrong.append(Fault("reordered", seal.n))
        self.faults += wrong
        self.before = seal

    def _take_end(self, end: End) -> None:
        self.is_ended = True
        if (end.links, end.entries, end.head) != (self.links, self.entries, head_words(self.before)):
            self.faults.append(Fault("truncated", end.links))

    def finish(self) -> None:
        reached = self.before.n if self.before else 0
        if not self.is_ended:
            self.faults.append(Fault("truncated", reached))
        self.faults += [Fault("truncated", n) for n in sorted(self.anchors) if n > reached]

    def _anchored(self, seal: Seal) -> Iterator[Fault]:
        if self.anchors.get(seal.n, seal.hash) != seal.hash:
            yield Fault("anchor_differs", seal.n)


def _line(part: Head | Link | End) -> bytes:
    return msgspec.json.encode(part) + b"\n"


def _link(seal: Seal, rows: Sequence[Sequence[object]]) -> Link:
    entries = tuple(tuple(rules.plain(value) for value in row) for row in rows)
    return Link(
        seal.n, seal.first, seal.last, seal.seqs, seal.leaves.hex(), seal.at, seal.hash.hex(), entries
    )


def _seal(link: Link) -> Seal:
    if link.at.tzinfo is None or len(link.leaves) != 2 * _HASH * len(link.seqs):
        raise ValueError(link.n)
    leaves, found = bytes.fromhex(link.leaves), bytes.fromhex(link.hash)
    return Seal(link.n, link.first, link.last, link.seqs, leaves, link.at, found)


def _before(head: Head) -> Seal | None:
    """The link that the file follows: of it only number and hash are known."""
    if head.before is None:
        return None
    n, found = read_anchor(head.before)
    return Seal(n, (0, 0), (0, 0), (), b"", datetime.fromtimestamp(0, UTC), found)


def _row(values: Sequence[object]) -> Row:
    match values:
        case [int(seq), int(tx), *_]:
            return Row(position=(tx, seq), digest=rules.digest_of(values))
        case _:
            raise ValueError(values)
