"""Heart Rate Measurement (2A37) of the Heart Rate Service (0x180D). No wire message carries it yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from device_drivers.measurement import Quality
from device_drivers.reader import Reader

MEASUREMENT: Final = "2A37"


class Flag(IntEnum):
    WIDE = 0x01
    CONTACT = 0x02
    KNOWS_CONTACT = 0x04
    ENERGY = 0x08
    INTERVALS = 0x10


_KNOWN_FLAGS: Final = sum(Flag)


@dataclass(frozen=True, slots=True)
class HeartRate:
    """Beats per minute; `contact` with the skin is None where the sensor cannot tell.

    `intervals_1024` are the times between beats in 1/1024 s, oldest first. `energy_kj` stays at 65535 when it
    ran over.
    """

    rate: int
    contact: bool | None
    energy_kj: int | None
    intervals_1024: tuple[int, ...] | None
    quality: Quality
    notes: tuple[str, ...] = ()


def decode(frame: bytes) -> HeartRate:
    """Flags, a rate of 8 or 16 bits, energy, intervals up to the end of the frame. Raises DecodeError."""
    read = Reader(frame)
    flags = read.u8("flags")
    read.note_reserved(flags & ~_KNOWN_FLAGS, "flags")
    rate = read.u16("rate") if flags & Flag.WIDE else read.u8("rate")
    return HeartRate(
        rate=rate,
        contact=bool(flags & Flag.CONTACT) if flags & Flag.KNOWS_CONTACT else None,
        energy_kj=read.u16("energy_kj") if flags & Flag.ENERGY else None,
        intervals_1024=_intervals(read) if flags & Flag.INTERVALS else None,
        quality=_quality(rate),
        notes=read.finish(),
    )


def _intervals(read: Reader) -> tuple[int, ...]:
    intervals = [read.u16("intervals_1024")]
    while read.left >= 2:
        intervals.append(read.u16("intervals_1024"))
    return tuple(intervals)


def _quality(rate: int) -> Quality:
    """No heart beats that slow or that fast: the limits at which a pulse is dropped elsewhere too."""
    return Quality.OK if 20 <= rate <= 300 else Quality.IMPLAUSIBLE
