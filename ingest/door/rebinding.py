"""Whose stored readings are, now that the bindings of their meter are others. Decides only; moves nothing.

What a person said of a single reading stands: only what bindings and deliveries gave away is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ingest.door.attribution import Binding, owner

BINDING: Final = "binding"
SECOND_SOURCE: Final = "second source"
"""Another gateway delivered it that knows the owner."""

MACHINES: Final = (BINDING, SECOND_SOURCE)
"""Who gives readings away without a person: as `attributed_by` names them."""


@dataclass(frozen=True, slots=True)
class Held:
    """A reading in force: who has it and by whose word. None has one that waits."""

    meter: str
    reading_id: UUID
    resident: UUID | None
    slot: int | None
    taken_at: datetime
    attributed_by: str


@dataclass(frozen=True, slots=True)
class Move:
    """To another resident, or to nobody."""

    held: Held
    to: UUID | None


def moves(held: Iterable[Held], bindings: Sequence[Binding]) -> list[Move]:
    """The readings that the bindings give to another than has them."""
    found = []
    for each in held:
        to = owner(bindings, slot=each.slot, at=each.taken_at)
        if each.attributed_by in MACHINES and to != each.resident:
            found.append(Move(each, to))
    return found
