"""Spot-check (2A5E) and continuous (2A5F) measurements of the Pulse Oximeter Service (0x1822).

No wire message carries them yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from device_drivers.measurement import MeterTime, Number, Quality, Special
from device_drivers.reader import Reader

SPOT_CHECK: Final = "2A5E"
CONTINUOUS: Final = "2A5F"


class SpotFlag(IntEnum):
    TIME = 0x01
    STATUS = 0x02
    SENSOR = 0x04
    AMPLITUDE = 0x08
    CLOCK_NOT_SET = 0x10


class ContinuousFlag(IntEnum):
    FAST = 0x01
    SLOW = 0x02
    STATUS = 0x04
    SENSOR = 0x08
    AMPLITUDE = 0x10


_KNOWN_FLAGS: Final = 0x1F

_STATUS: Final = (
    "measurement_ongoing",
    "early_estimate",
    "validated",
    "fully_qualified",
    "from_storage",
    "for_demonstration",
    "for_testing",
    "calibration_ongoing",
    "measurement_unavailable",
    "questionable_measurement",
    "invalid_measurement",
)
"""Bits 5-15; 0-4 are reserved."""

_SENSOR: Final = (
    "extended_display_update",
    "equipment_malfunction",
    "signal_processing_irregularity",
    "inadequate_signal",
    "poor_signal",
    "low_perfusion",
    "erratic_signal",
    "nonpulsatile_signal",
    "questionable_pulse",
    "signal_analysis_ongoing",
    "sensor_interference",
    "sensor_unconnected_to_user",
    "unknown_sensor",
    "sensor_displaced",
    "sensor_malfunction",
    "sensor_disconnected",
)

_UNUSABLE: Final = frozenset(
    {
        "for_demonstration",
        "for_testing",
        "calibration_ongoing",
        "measurement_unavailable",
        "invalid_measurement",
        "equipment_malfunction",
        "nonpulsatile_signal",
        "sensor_unconnected_to_user",
        "sensor_malfunction",
        "sensor_disconnected",
    }
)
"""Bits with which an oximeter says that this is no value of a person. A poor signal is said, not judged."""


@dataclass(frozen=True, slots=True)
class Saturation:
    """Oxygen saturation in percent and pulse per minute."""

    spo2: Number
    pulse: Number


@dataclass(frozen=True, slots=True)
class Signal:
    """How it was measured, None where not said. `amplitude_percent` is the pulse amplitude index."""

    status: tuple[str, ...] | None
    sensor: tuple[str, ...] | None
    amplitude_percent: Number | None


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """`time` is not to be believed where `is_clock_set` is false."""

    normal: Saturation
    time: MeterTime | None
    is_clock_set: bool
    signal: Signal
    quality: Quality
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Continuous:
    """One of a stream; `fast` and `slow` are averages over other spans, as the sensor chose them."""

    normal: Saturation
    fast: Saturation | None
    slow: Saturation | None
    signal: Signal
    quality: Quality
    notes: tuple[str, ...] = ()


def decode_spot_check(frame: bytes) -> SpotCheck:
    """Flags, the pair, then time and signal as the flags say. Raises DecodeError."""
    read = Reader(frame)
    flags = _flags(read)
    normal = _saturation(read, "normal")
    time = read.clock("time") if flags & SpotFlag.TIME else None
    signal = _signal(read, flags >> 1)
    return SpotCheck(
        normal=normal,
        time=time,
        is_clock_set=not flags & SpotFlag.CLOCK_NOT_SET,
        signal=signal,
        quality=_quality(normal, signal),
        notes=read.finish(),
    )


def decode_continuous(frame: bytes) -> Continuous:
    """Flags, the pair, then two more pairs and the signal as the flags say. Raises DecodeError."""
    read = Reader(frame)
    flags = _flags(read)
    normal = _saturation(read, "normal")
    fast = _saturation(read, "fast") if flags & ContinuousFlag.FAST else None
    slow = _saturation(read, "slow") if flags & ContinuousFlag.SLOW else None
    signal = _signal(read, flags >> 2)
    return Continuous(
        normal=normal,
        fast=fast,
        slow=slow,
        signal=signal,
        quality=_quality(normal, signal),
        notes=read.finish(),
    )


def _flags(read: Reader) -> int:
    flags = read.u8("flags")
    read.note_reserved(flags & ~_KNOWN_FLAGS, "flags")
    return flags


def _saturation(read: Reader, field: str) -> Saturation:
    return Saturation(read.sfloat(f"{field}.spo2"), read.sfloat(f"{field}.pulse"))


def _signal(read: Reader, has: int) -> Signal:
    """Bits 0-2 of `has`: measurement status, device and sensor status (24 bits), pulse amplitude index."""
    return Signal(
        status=_status(read) if has & 1 else None,
        sensor=read.bits(read.u24("sensor"), "sensor", _SENSOR) if has & 2 else None,
        amplitude_percent=read.sfloat("amplitude_percent") if has & 4 else None,
    )


def _status(read: Reader) -> tuple[str, ...]:
    word = read.u16("status")
    read.note_reserved(word & 0x1F, "status")
    return read.bits(word >> 5, "status", _STATUS)


def _quality(pair: Saturation, signal: Signal) -> Quality:
    """A saturation above 100 % is none: cheap sensors send 127 and 511 for "no value"."""
    if isinstance(pair.spo2, Special) or _UNUSABLE.intersection(
        (signal.status or ()) + (signal.sensor or ())
    ):
        return Quality.DEVICE_ERROR
    return Quality.OK if 0 < pair.spo2 <= 100 else Quality.IMPLAUSIBLE
