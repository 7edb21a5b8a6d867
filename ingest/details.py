"""Deliveries of one reading that differ in flags, quality or context: which is in force, in any order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from device_drivers.wire.reading import Context, Reading


@dataclass(frozen=True, slots=True)
class Details:
    """The part of a reading that may differ between deliveries of the same stored record."""

    flags: tuple[str, ...]
    quality: str
    context: Context | None
    received_at: datetime

    def supersede(self, other: Details) -> bool:
        """Whether these go in force over the other. Of any set of deliveries the same one wins in any order:
        one with context over one without, then the one heard later."""
        return self._said() != other._said() and self._rank() > other._rank()

    def _said(self) -> tuple[tuple[str, ...], str, Context | None]:
        return self.flags, self.quality, self.context

    def _rank(self) -> tuple[bool, datetime, bytes]:
        return self.context is not None, self.received_at, msgspec.json.encode(self._said())


def details_of(reading: Reading) -> Details:
    return Details(reading.flags, reading.quality, reading.context, reading.heard.at)
