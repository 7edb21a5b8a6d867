"""Temperature Measurement (2A1C, Health Thermometer Service 0x1809). No wire message carries it yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal

from device_drivers.measurement import MeterTime, Number, Quality, Special
from device_drivers.reader import Reader

MEASUREMENT: Final = "2A1C"


class Flag(IntEnum):
    FAHRENHEIT = 0x01
    TIME = 0x02
    SITE = 0x04


_KNOWN_FLAGS: Final = sum(Flag)

_SITES: Final = {
    1: "armpit",
    2: "body",
    3: "ear",
    4: "finger",
    5: "gastrointestinal_tract",
    6: "mouth",
    7: "rectum",
    8: "toe",
    9: "tympanum",
}


@dataclass(frozen=True, slots=True)
class Temperature:
    """One temperature in the meter's unit; `site` is the Temperature Type, where it was measured."""

    temperature: Number
    unit: Literal["°C", "°F"]
    time: MeterTime | None
    site: str | None
    quality: Quality
    notes: tuple[str, ...] = ()


def decode(frame: bytes) -> Temperature:
    """Flags, FLOAT, Date Time, type: the latter two as the flags say. Raises DecodeError."""
    read = Reader(frame)
    flags = read.u8("flags")
    read.note_reserved(flags & ~_KNOWN_FLAGS, "flags")
    value = read.float32("temperature")
    return Temperature(
        temperature=value,
        unit="°F" if flags & Flag.FAHRENHEIT else "°C",
        time=read.clock("time") if flags & Flag.TIME else None,
        site=read.code(read.u8("site"), "site", _SITES) if flags & Flag.SITE else None,
        quality=Quality.DEVICE_ERROR if isinstance(value, Special) else Quality.OK,
        notes=read.finish(),
    )
