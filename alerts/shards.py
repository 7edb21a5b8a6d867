"""Which residents an engine judges: 64 shards by the last bits of their id. Reads nothing."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

SHARDS: Final = 64

ALL: Final = tuple(range(SHARDS))


def shard_of(resident: UUID) -> int:
    """The same as `SHARD_OF` says in SQL."""
    return resident.int % SHARDS


SHARD_OF: Final = "get_byte(uuid_send(r.resident), 15) & 63"


def share(word: str) -> tuple[int, ...]:
    """The shards of engine K of N from `K/N`, counted from 1. Raises ValueError."""
    shape = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})", word)
    which, of = (int(number) for number in shape.groups()) if shape else (0, 0)
    if not 1 <= which <= of <= SHARDS:
        raise ValueError(f"{word!r} is not K/N with 1 ≤ K ≤ N ≤ {SHARDS}")
    return ALL[which - 1 :: of]
