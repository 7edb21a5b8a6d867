"""Deliveries of one reading that differ in flags or context: which is in force, in any order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from device_drivers.wire.reading import Context, Reading


@dataclass(frozen=True, slots=True)
class Details:
    """The part of a reading that may differ between deliveries of the same stored record."""

    flags: tuple[str, ...]
    context: Context | None
    received_at: datetime

    def supersede(self, other: Details) -> bool:
        """Whether these go in force over the other. Of any set of deliveries the same one wins in any order:
        one with context over one without, then the one heard later."""
        differs = (self.flags, self.context) != (other.flags, other.context)
        return differs and self._rank() > other._rank()

    def _rank(self) -> tuple[bool, datetime, bytes]:
        spelling = msgspec.json.encode((self.flags, self.context))
        return self.context is not None, self.received_at, spelling


def details_of(reading: Reading) -> Details:
    return Details(reading.flags, reading.context, reading.heard.at)
