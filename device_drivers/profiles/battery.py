"""Battery Level (2A19)."""

from __future__ import annotations

from typing import Final

from device_drivers.measurement import BatteryLevel
from device_drivers.reader import Reader

LEVEL: Final = "2A19"


def decode(value: bytes) -> BatteryLevel:
    """Raises DecodeError on an empty value; a reserved one (above 100) is noted."""
    read = Reader(value)
    level = read.u8("percent")
    if level > 100:
        read.notes.append(f"percent: reserved value {level}")
    return BatteryLevel(level if level <= 100 else None, read.finish())
