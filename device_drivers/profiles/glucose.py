"""Glucose Measurement (2A18): the decoder of one record. `glucose_memory.py` asks a meter for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final, Literal

from device_drivers.ieee11073 import sfloat
from device_drivers.measurement import Glucose, MeterTime, Number, Words
from device_drivers.reader import Reader

MEASUREMENT: Final = "2A18"


class Flag(IntEnum):
    OFFSET = 0x01
    CONCENTRATION = 0x02
    MOL_L = 0x04
    STATUS = 0x08
    CONTEXT = 0x10


_KNOWN_FLAGS: Final = sum(Flag)

_SAMPLES: Final = {
    1: "capillary_whole_blood",
    2: "capillary_plasma",
    3: "venous_whole_blood",
    4: "venous_plasma",
    5: "arterial_whole_blood",
    6: "arterial_plasma",
    7: "undetermined_whole_blood",
    8: "undetermined_plasma",
    9: "interstitial_fluid",
    10: "control_solution",
}

_LOCATIONS: Final = {
    1: "finger",
    2: "alternate_site",
    3: "earlobe",
    4: "control_solution",
    15: "not_available",
}

_STATUS: Final = (
    "battery_low",
    "sensor_malfunction",
    "sample_insufficient",
    "strip_insertion_error",
    "strip_type_wrong",
    "result_too_high",
    "result_too_low",
    "temperature_too_high",
    "temperature_too_low",
    "read_interrupted",
    "general_fault",
    "time_fault",
)

_OVERRUN: Final = 0x7FFF
_UNDERRUN: Final = -0x8000


@dataclass(frozen=True, slots=True)
class _Times:
    base: MeterTime
    offset_min: int | None
    shown: MeterTime


@dataclass(frozen=True, slots=True)
class _Concentration:
    """The value with its type and place, which are sent together or not at all."""

    word: bytes = b""
    number: Number | None = None
    unit: Literal["kg/L", "mol/L"] | None = None
    sample: str | None = None
    location: str | None = None


def decode(frame: bytes) -> Glucose:
    """A record; its context comes in a frame of its own. Raises DecodeError."""
    read = Reader(frame)
    flags = read.u8("flags")
    read.note_reserved(flags & ~_KNOWN_FLAGS, "flags")
    sequence = read.u16("sequence")
    times = _times(read, flags)
    value = _concentration(read, flags)
    status = read.bits(read.u16("status"), "status", _STATUS) if flags & Flag.STATUS else None
    return Glucose(
        sequence=sequence,
        base_time=times.base,
        offset_min=times.offset_min,
        time=times.shown,
        unit=value.unit,
        concentration=value.number,
        sample=value.sample,
        location=value.location,
        status=status,
        context_follows=bool(flags & Flag.CONTEXT),
        context=None,
        words=Words(time=times.shown.raw, value=value.word, user=b""),
        notes=read.finish(),
    )


def _times(read: Reader, flags: int) -> _Times:
    base = read.clock("base_time")
    if not flags & Flag.OFFSET:
        return _Times(base, None, base)
    word = read.take(2, "time_offset_min")
    offset = int.from_bytes(word, "little", signed=True)
    if offset in (_OVERRUN, _UNDERRUN):
        read.notes.append(f"time_offset_min: {'overrun' if offset > 0 else 'underrun'}")
        return _Times(base, None, MeterTime(base.raw + word, None))
    return _Times(base, offset, MeterTime(base.raw + word, _moved(base.local, offset)))


def _moved(base: datetime | None, minutes: int) -> datetime | None:
    """None too where the sum leaves the calendar."""
    try:
        return None if base is None else base + timedelta(minutes=minutes)
    except OverflowError:
        return None


def _concentration(read: Reader, flags: int) -> _Concentration:
    if not flags & Flag.CONCENTRATION:
        return _Concentration()
    word = read.take(2, "concentration")
    code = read.u8("type")
    return _Concentration(
        word=word,
        number=sfloat(int.from_bytes(word, "little")),
        unit="mol/L" if flags & Flag.MOL_L else "kg/L",
        sample=read.code(code & 0x0F, "type", _SAMPLES),
        location=read.code(code >> 4, "location", _LOCATIONS),
    )
