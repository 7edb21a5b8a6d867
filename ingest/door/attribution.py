"""Whose reading it is, by the bindings of meter slots to residents that were in force when it was taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Binding:
    """A slot of a meter belongs to a resident from `since` until before `until`; `slot` None is any slot."""

    slot: int | None
    resident: UUID
    since: datetime
    until: datetime | None = None

    def holds(self, slot: int | None, at: datetime) -> bool:
        in_force = self.since <= at and (self.until is None or at < self.until)
        return in_force and self.slot in (None, slot)


def owner(bindings: Iterable[Binding], *, slot: int | None, at: datetime) -> UUID | None:
    """The resident, or None where nobody can tell. A binding of the very slot goes before one of any slot."""
    anyone = None
    for binding in bindings:
        if binding.holds(slot, at):
            if binding.slot is not None:
                return binding.resident
            anyone = binding.resident
    return anyone
