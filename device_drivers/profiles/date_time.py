"""Date Time (2A08) read by itself: the clock of meters that keep no Current Time. Sets no clock."""

from __future__ import annotations

from typing import Final

from device_drivers.measurement import ClockEvidence
from device_drivers.reader import Reader

DATE_TIME: Final = "2A08"


def decode(value: bytes) -> ClockEvidence:
    """A wall clock to the second, without zone, weekday or reason of its last change. Raises DecodeError."""
    read = Reader(value)
    clock = read.clock("time")
    return ClockEvidence(value, clock, weekday=None, fraction=0, adjusted=(), notes=read.finish())
