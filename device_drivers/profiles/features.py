"""What a meter can tell: Blood Pressure Feature (2A49) and Glucose Feature (2A51). Measures nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from device_drivers.reader import Reader

BLOOD_PRESSURE: Final = "2A49"
GLUCOSE: Final = "2A51"

_BLOOD_PRESSURE: Final = (
    "body_movement",
    "cuff_fit",
    "irregular_pulse",
    "pulse_range",
    "measurement_position",
    "multiple_bonds",
    "e2e_crc",
    "user_data_service",
    "user_facing_time",
)

_GLUCOSE: Final = (
    "battery_low",
    "sensor_malfunction",
    "sample_size",
    "strip_insertion_error",
    "strip_type_error",
    "result_high_low",
    "temperature_high_low",
    "read_interrupt",
    "general_fault",
    "time_fault",
    "multiple_bonds",
)


@dataclass(frozen=True, slots=True)
class Features:
    """The names of the bits set. A bit of a status means something only if the feature of it is there."""

    features: tuple[str, ...]
    notes: tuple[str, ...] = ()


def decode_blood_pressure(value: bytes) -> Features:
    """Blood Pressure Service 1.1.1, Blood Pressure Feature: 16 bits. Raises DecodeError."""
    return _decode(value, _BLOOD_PRESSURE)


def decode_glucose(value: bytes) -> Features:
    """Glucose Service 1.0.1, Glucose Feature: 16 bits. Raises DecodeError."""
    return _decode(value, _GLUCOSE)


def _decode(value: bytes, names: tuple[str, ...]) -> Features:
    read = Reader(value)
    features = read.bits(read.u16("features"), "features", names)
    return Features(features, read.finish())
