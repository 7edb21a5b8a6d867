"""Body Composition Measurement (2A9C) of its service (0x181B). No wire message carries it yet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Final, Literal

from device_drivers.measurement import MeterTime, Quality
from device_drivers.profiles.weight_scale import INCH, KILOGRAM, METRE, POUND, TENTH, UNSUCCESSFUL
from device_drivers.reader import Reader

MEASUREMENT: Final = "2A9C"


class Flag(IntEnum):
    IMPERIAL = 0x0001
    TIME = 0x0002
    USER = 0x0004
    BASAL_METABOLISM = 0x0008
    MUSCLE_PERCENT = 0x0010
    MUSCLE_MASS = 0x0020
    FAT_FREE_MASS = 0x0040
    SOFT_LEAN_MASS = 0x0080
    BODY_WATER_MASS = 0x0100
    IMPEDANCE = 0x0200
    WEIGHT = 0x0400
    HEIGHT = 0x0800
    MORE_FOLLOWS = 0x1000


_KNOWN_FLAGS: Final = sum(Flag)


@dataclass(frozen=True, slots=True)
class BodyComposition:
    """One analysis, or a part of one where `more_follows`. Masses are in `unit`."""

    unit: Literal["kg", "lb"]
    fat_percent: Decimal | None
    time: MeterTime | None
    user_id: int | None
    basal_metabolism_kj: int | None
    muscle_percent: Decimal | None
    muscle_mass: Decimal | None
    fat_free_mass: Decimal | None
    soft_lean_mass: Decimal | None
    body_water_mass: Decimal | None
    impedance_ohm: Decimal | None
    weight: Decimal | None
    height: Decimal | None
    height_unit: Literal["m", "in"]
    more_follows: bool
    quality: Quality
    notes: tuple[str, ...] = ()


def decode(frame: bytes) -> BodyComposition:
    """16 flags and the fat, then what the flags say in their order. Raises DecodeError."""
    fields = _Fields(Reader(frame))
    fat = fields.read.u16("fat_percent")
    percent = None if fat == UNSUCCESSFUL else fat * TENTH
    return BodyComposition(
        unit="lb" if fields.is_imperial else "kg",
        fat_percent=percent,
        time=fields.read.clock("time") if fields.has(Flag.TIME) else None,
        user_id=fields.read.u8("user_id") if fields.has(Flag.USER) else None,
        basal_metabolism_kj=fields.word(Flag.BASAL_METABOLISM),
        muscle_percent=fields.scaled(Flag.MUSCLE_PERCENT, TENTH),
        muscle_mass=fields.mass(Flag.MUSCLE_MASS),
        fat_free_mass=fields.mass(Flag.FAT_FREE_MASS),
        soft_lean_mass=fields.mass(Flag.SOFT_LEAN_MASS),
        body_water_mass=fields.mass(Flag.BODY_WATER_MASS),
        impedance_ohm=fields.scaled(Flag.IMPEDANCE, TENTH),
        weight=fields.mass(Flag.WEIGHT),
        height=fields.scaled(Flag.HEIGHT, INCH if fields.is_imperial else METRE),
        height_unit="in" if fields.is_imperial else "m",
        more_follows=fields.has(Flag.MORE_FOLLOWS),
        quality=_quality(percent),
        notes=fields.read.finish(),
    )


def _quality(fat_percent: Decimal | None) -> Quality:
    if fat_percent is None:
        return Quality.DEVICE_ERROR
    return Quality.OK if fat_percent <= 100 else Quality.IMPLAUSIBLE


class _Fields:
    """A reader of 16-bit fields, each there only if its flag is set."""

    def __init__(self, read: Reader) -> None:
        self.read = read
        self._flags = read.u16("flags")
        read.note_reserved(self._flags & ~_KNOWN_FLAGS, "flags")
        self.is_imperial = self.has(Flag.IMPERIAL)

    def has(self, flag: Flag) -> bool:
        return bool(self._flags & flag)

    def word(self, flag: Flag) -> int | None:
        return self.read.u16(flag.name.lower()) if self.has(flag) else None

    def scaled(self, flag: Flag, step: Decimal) -> Decimal | None:
        word = self.word(flag)
        return None if word is None else word * step

    def mass(self, flag: Flag) -> Decimal | None:
        """None too for 0xFFFF: the measurement failed, as it can in the fat."""
        word = self.word(flag)
        if word is None or word == UNSUCCESSFUL:
            return None
        return word * (POUND if self.is_imperial else KILOGRAM)
