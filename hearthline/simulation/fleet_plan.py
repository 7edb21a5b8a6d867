"""When each of many gateways says what, and what becomes of it on its way. Pure, seeded, hashed."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

BATCHES: Final = 2
READINGS: Final = 2
"""Of a batch: a sitting of two readings."""
REPEATED: Final = 0.1
SWAPPED: Final = 0.1
HEARTBEAT_S: Final = 60.0
FULLEST: Final = 0.4
"""Part of the time at which most people measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """So many gateways that speak within so many seconds."""

    gateways: int
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Said:
    """Gateway `number` publishes its batch `seq`, or a heartbeat (None), `at_ms` after the beginning."""

    at_ms: int
    number: int
    seq: int | None


def plan(fleet: Fleet) -> tuple[Said, ...]:
    """In order of time. Some batches are sent twice, as after a lost receipt; of some gateways the second
    comes before the first."""
    said = (one for number in range(fleet.gateways) for one in _of_gateway(fleet, number))
    return tuple(sorted(said, key=lambda one: (one.at_ms, one.number, one.seq or 0)))


def planned_hash(planned: Sequence[Said]) -> str:
    """SHA-256 in hex: equal for equal fleets, whatever keys and names the gateways have."""
    rows = [[one.at_ms, one.number, one.seq] for one in planned]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def repeats(planned: Sequence[Said]) -> int:
    batches = [(one.number, one.seq) for one in planned if one.seq is not None]
    return len(batches) - len(set(batches))


def swaps(planned: Sequence[Said]) -> int:
    """Gateways whose second batch comes before their first."""
    first = {one.number: one.seq for one in reversed(planned) if one.seq is not None}
    return sum(seq != 1 for seq in first.values())


def _of_gateway(fleet: Fleet, number: int) -> Iterator[Said]:
    chance = random.Random(f"fleet {fleet.seed} {number}")  # noqa: S311  seeded
    times = sorted(chance.triangular(0, fleet.seconds, FULLEST * fleet.seconds) for _ in range(BATCHES))
    is_swapped = chance.random() < SWAPPED
    order = range(BATCHES, 0, -1) if is_swapped else range(1, BATCHES + 1)
    for at_s, seq in zip(times, order, strict=True):
        once = Said(round(at_s * 1000), number, seq)
        yield once
        if chance.random() < REPEATED:
            yield replace(once, at_ms=once.at_ms + round(chance.uniform(0, 2000)))
    beat_s = chance.uniform(0, HEARTBEAT_S)
    while beat_s < fleet.seconds:
        yield Said(round(beat_s * 1000), number, None)
        beat_s += HEARTBEAT_S
