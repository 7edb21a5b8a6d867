"""Weight Measurement (2A9D) of the Weight Scale Service (0x181D). No wire message carries it yet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Final, Literal

from device_drivers.measurement import MeterTime, Quality
from device_drivers.reader import Reader

MEASUREMENT: Final = "2A9D"

UNSUCCESSFUL: Final = 0xFFFF
"""Stands in the weight of a measurement that failed."""

KILOGRAM: Final = Decimal("0.005")
POUND: Final = Decimal("0.01")
METRE: Final = Decimal("0.001")
INCH: Final = Decimal("0.1")
TENTH: Final = Decimal("0.1")


class Flag(IntEnum):
    IMPERIAL = 0x01
    TIME = 0x02
    USER = 0x04
    BMI_AND_HEIGHT = 0x08


_KNOWN_FLAGS: Final = sum(Flag)


@dataclass(frozen=True, slots=True)
class Weight:
    """One weighing in the scale's units; `weight` is None where it failed, `bmi` is in kg/m²."""

    weight: Decimal | None
    unit: Literal["kg", "lb"]
    time: MeterTime | None
    user_id: int | None
    bmi: Decimal | None
    height: Decimal | None
    height_unit: Literal["m", "in"]
    quality: Quality
    notes: tuple[str, ...] = ()


def decode(frame: bytes) -> Weight:
    """Flags and weight, then as the flags say Date Time, user, BMI with height. Raises DecodeError."""
    read = Reader(frame)
    flags = read.u8("flags")
    read.note_reserved(flags & ~_KNOWN_FLAGS, "flags")
    is_imperial = bool(flags & Flag.IMPERIAL)
    word = read.u16("weight")
    return Weight(
        weight=None if word == UNSUCCESSFUL else word * (POUND if is_imperial else KILOGRAM),
        unit="lb" if is_imperial else "kg",
        time=read.clock("time") if flags & Flag.TIME else None,
        user_id=read.u8("user_id") if flags & Flag.USER else None,
        bmi=read.u16("bmi") * TENTH if flags & Flag.BMI_AND_HEIGHT else None,
        height=_height(read, is_imperial=is_imperial) if flags & Flag.BMI_AND_HEIGHT else None,
        height_unit="in" if is_imperial else "m",
        quality=Quality.DEVICE_ERROR if word == UNSUCCESSFUL else Quality.OK,
        notes=read.finish(),
    )


def _height(read: Reader, *, is_imperial: bool) -> Decimal:
    return read.u16("height") * (INCH if is_imperial else METRE)
