"""How large the outbox may be. Pure; lets nothing go itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RESERVE: Final = 64 << 20
"""Bytes that are left to the rest of the machine, and to SQLite's log."""


@dataclass(frozen=True, slots=True)
class Room:
    """In bytes: what rows take up, how long the file is (free pages included), and what its disk has left."""

    used: int
    file: int
    free: int


def excess(room: Room, most: int) -> int:
    """How much must go so that rows take up no more than `most`, and no more than the disk can bear: a page
    that was let go is used again, so a file that may not grow still takes what comes."""
    bearable = room.file + room.free - RESERVE
    return max(0, room.used - max(0, min(most, bearable)))
