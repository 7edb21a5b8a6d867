"""Deliveries of one reading that differ in flags, quality or context: which is in force, in any order.

What a person said of it stays in force whatever is delivered afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

import msgspec

from device_drivers.wire.reading import Context, Reading

Corrected = frozenset[Literal["quality", "meal", "suspect_duplicate"]]
NOTHING: Final[Corrected] = frozenset()


@dataclass(frozen=True, slots=True)
class Details:
    """The part of a reading that may differ between deliveries of the same stored record; `corrected` names
    what of it is a person's word."""

    flags: tuple[str, ...]
    quality: str
    context: Context | None
    received_at: datetime
    corrected: Corrected = NOTHING

    def supersede(self, other: Details) -> bool:
        """Whether these go in force over the other. Of any set of deliveries the same one wins in any order:
        one with context over one without, then the one heard later."""
        return self._said() != other._said() and self._rank() > other._rank()

    def under(self, standing: Details) -> Details:
        """These as they would stand in its place: with what a person said of it."""
        corrected = standing.corrected
        quality = standing.quality if "quality" in corrected else self.quality
        context = self.context
        if "meal" in corrected:
            meal = None if standing.context is None else standing.context.meal
            context = msgspec.structs.replace(context or Context(), meal=meal)
        return replace(self, quality=quality, context=context, corrected=corrected)

    def _said(self) -> tuple[tuple[str, ...], str, Context | None]:
        return self.flags, self.quality, self.context

    def _rank(self) -> tuple[bool, datetime, bytes]:
        return self.context is not None, self.received_at, msgspec.json.encode(self._said())


def details_of(reading: Reading) -> Details:
    return Details(reading.flags, reading.quality, reading.context, reading.heard.at)
