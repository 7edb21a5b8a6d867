"""Current Time (2A2B): what the meter's own clock says. Sets no clock."""

from __future__ import annotations

from typing import Final

from device_drivers.measurement import ClockEvidence
from device_drivers.reader import Reader

CURRENT_TIME: Final = "2A2B"

_WEEKDAYS: Final = {
    1: "monday",
    2: "tuesday",
    3: "wednesday",
    4: "thursday",
    5: "friday",
    6: "saturday",
    7: "sunday",
}

_REASONS: Final = ("manual", "external_reference", "time_zone", "daylight_saving")


def decode(value: bytes) -> ClockEvidence:
    """Date Time, day of the week, 1/256 s, why the clock was last changed. Raises DecodeError."""
    read = Reader(value)
    clock = read.clock("time")
    day = read.u8("weekday")
    fraction = read.u8("fraction")
    return ClockEvidence(
        raw=value,
        clock=clock,
        weekday=read.code(day, "weekday", _WEEKDAYS) if day else None,
        fraction=fraction,
        adjusted=read.bits(read.u8("adjusted"), "adjusted", _REASONS),
        notes=read.finish(),
    )
