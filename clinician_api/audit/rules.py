"""An entry of the audit, its digest, and the chain over entries. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID

Outcome = Literal["done", "refused"]
Facts = Mapping[str, str | int | bool | None]
"""Codes and ids. A reading, a name or what somebody typed has no place here."""

GENESIS: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class By:
    """Who acted: nobody at all for what a job did."""

    account: UUID | None = None
    login: UUID | None = None
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """`action` is a stable word like `episode.claimed`; `target` the kind and id of what it was done to."""

    action: str
    by: By
    resident: UUID | None = None
    target: tuple[str, UUID] | None = None
    purpose: str | None = None
    facts: Facts = field(default_factory=dict)
    outcome: Outcome = "done"


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as stored: `position` is the order in which it is sealed, `digest` speaks for all of it."""

    position: tuple[int, int]
    digest: bytes

    @property
    def seq(self) -> int:
        return self.position[1]


@dataclass(frozen=True, slots=True)
class Seal:
    """The n-th link: entries up to `last`, a digest (leaf) of each, a hash over it and the link before."""

    n: int
    first: tuple[int, int]
    last: tuple[int, int]
    seqs: tuple[int, ...]
    leaves: bytes
    at: datetime
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the record no longer says what was sealed: of an entry `at` is its seq, else a seal's n. The last
    three are of files alone; of what is unreadable `at` is the line."""

    kind: Literal[
        "changed", "removed", "inserted", "seal_changed", "seal_removed", "anchor_differs",
        "reordered", "truncated", "unreadable",
    ]  # fmt: skip
    at: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. `head` is the newest link, N:HASH; `unsealed` entries wait for a sealer."""

    faults: tuple[Fault, ...]
    links: int
    sealed: int
    unsealed: int
    head: str | None


def digest_of(values: Sequence[object]) -> bytes:
    """Of a row's values, in the order of its columns."""
    words = json.dumps([plain(value) for value in values], sort_keys=True, separators=(",", ":"))
    return sha256(words.encode()).digest()


def plain(value: object) -> object:
    """As JSON has it: read back from a file, it gives the same digest."""
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case _:
            return value


def next_seal(before: Seal | None, rows: Sequence[Row], at: datetime) -> Seal:
    """Chain `rows`, at least one, in the order of their positions."""
    n = before.n + 1 if before else 1
    seqs, leaves = tuple(row.seq for row in rows), b"".join(row.digest for row in rows)
    seal = Seal(n, rows[0].position, rows[-1].position, seqs, leaves, at, b"")
    return replace(seal, hash=_hash(before, seal))


def _hash(before: Seal | None, seal: Seal) -> bytes:
    facts = digest_of([seal.n, seal.first, seal.last, seal.seqs, seal.at])
    return sha256((before.hash if before else GENESIS) + facts + seal.leaves).digest()


def check_seal(before: Seal | None, seal: Seal) -> Iterator[Fault]:
    """Whether the link follows from the one before."""
    expected = before.n + 1 if before else 1
    if seal.n != expected:
        yield from (Fault("seal_removed", n) for n in range(expected, seal.n))
    elif _hash(before, seal) != seal.hash:
        yield Fault("seal_changed", seal.n)


def check_rows(seal: Seal, rows: Sequence[Row]) -> Iterator[Fault]:
    """Whether the entries that stand where this link was made are those it was made of."""
    sealed = {seq: seal.leaves[32 * i : 32 * i + 32] for i, seq in enumerate(seal.seqs)}
    found = {row.seq: row.digest for row in rows}
    yield from (Fault("removed", seq) for seq in seal.seqs if seq not in found)
    yield from (Fault("inserted", row.seq) for row in rows if row.seq not in sealed)
    yield from (Fault("changed", seq) for seq, leaf in sealed.items() if found.get(seq, leaf) != leaf)
