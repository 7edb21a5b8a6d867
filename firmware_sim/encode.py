"""Frames of the Bluetooth health profiles from field values: GATT Specification Supplement field tables.

Encodes only; what a frame means is for the drivers to say. Fields may be odd on purpose, lengths never are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Literal


class Special(Enum):
    """Words of an SFLOAT that are no numbers: IEEE 11073-20601, annex F.8."""

    NAN = 0x07FF
    NRES = 0x0800
    POSITIVE_INFINITY = 0x07FE
    NEGATIVE_INFINITY = 0x0802
    RESERVED = 0x0801


Number = Decimal | Special
_SPECIAL_WORDS = frozenset(special.value for special in Special)


class EncodeError(ValueError):
    """The value does not fit the field exactly."""


def u16(value: int) -> bytes:
    return value.to_bytes(2, "little")


def sfloat(value: Number) -> bytes:
    """Two bytes: exponent -8..7 over mantissa -2048..2047, keeping the decimals the value is written with.

    Raises EncodeError when no such pair is exactly the value, or when its word is that of a special value.
    """
    if isinstance(value, Special):
        return u16(value.value)
    mantissa, exponent = _fitted(value)
    word = (exponent & 0xF) << 12 | mantissa & 0xFFF
    if word in _SPECIAL_WORDS:
        raise EncodeError(f"{value} is written as the special word {word:#06x}")
    return u16(word)


def _fitted(value: Decimal) -> tuple[int, int]:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise EncodeError(f"{value} is no number")
    mantissa = int("".join(map(str, digits))) * (-1 if sign else 1)
    while exponent < -8 or not -2048 <= mantissa <= 2047:
        mantissa, remainder = divmod(mantissa, 10)
        exponent += 1
        if remainder:
            raise EncodeError(f"{value} needs more digits than an SFLOAT has")
    while exponent > 7:
        mantissa, exponent = mantissa * 10, exponent - 1
    if not -2048 <= mantissa <= 2047:
        raise EncodeError(f"{value} is out of an SFLOAT's range")
    return mantissa, exponent


def date_time(clock: datetime) -> bytes:
    """Date Time 0x2A08, seven bytes: the wall clock as it stands, without zone."""
    return u16(clock.year) + bytes((clock.month, clock.day, clock.hour, clock.minute, clock.second))


def current_time(clock: datetime, *, adjusted: int = 0) -> bytes:
    """Current Time 0x2A2B, ten bytes; `adjusted` holds the adjust reason bits."""
    fractions = clock.microsecond * 256 // 1_000_000
    return date_time(clock) + bytes((clock.isoweekday(), fractions, adjusted))


@dataclass(frozen=True, slots=True, kw_only=True)
class BloodPressureFrame:
    """Fields of Blood Pressure Measurement 0x2A35. `time` is seven bytes, so that it may be no real date."""

    systolic: Number
    diastolic: Number
    mean: Number = Special.NAN
    unit: Literal["mmHg", "kPa"] = "mmHg"
    time: bytes | None = None
    pulse: Number | None = None
    user: int | None = None
    status: int | None = None


def enhanced_blood_pressure(frame: BloodPressureFrame, *, shown: bytes | None = None) -> bytes:
    """Enhanced Blood Pressure Measurement 0x2B34. `time`, a stamp in UTC, and the time that the user was
    shown are four bytes each, of seconds since 2000."""
    flags = blood_pressure(frame)[0] | (shown is not None) << 5 | 1 << 6
    return bytes((flags,)) + blood_pressure(frame)[1:] + (shown or b"")


def seconds_since_2000(clock: datetime) -> bytes:
    """Four bytes; the clock's zone is for the caller to know."""
    return int((clock - datetime(2000, 1, 1)).total_seconds()).to_bytes(4, "little")


def blood_pressure(frame: BloodPressureFrame) -> bytes:
    flags = (
        (frame.unit == "kPa")
        | (frame.time is not None) << 1
        | (frame.pulse is not None) << 2
        | (frame.user is not None) << 3
        | (frame.status is not None) << 4
    )
    return b"".join(
        (
            bytes((flags,)),
            sfloat(frame.systolic),
            sfloat(frame.diastolic),
            sfloat(frame.mean),
            frame.time or b"",
            b"" if frame.pulse is None else sfloat(frame.pulse),
            b"" if frame.user is None else bytes((frame.user,)),
            b"" if frame.status is None else u16(frame.status),
        )
    )


def cuff_pressure(pressure: Number, *, unit: Literal["mmHg", "kPa"] = "mmHg") -> bytes:
    """Intermediate Cuff Pressure 0x2A36: the current pressure in the systolic field, NaN in the other two."""
    return blood_pressure(BloodPressureFrame(systolic=pressure, diastolic=Special.NAN, unit=unit))


@dataclass(frozen=True, slots=True, kw_only=True)
class GlucoseFrame:
    """Fields of Glucose Measurement 0x2A18. Concentration in kg/L or mol/L, as the unit says."""

    sequence: int
    base_time: bytes
    time_offset_min: int | None = None
    concentration: Number | None = None
    unit: Literal["kg/L", "mol/L"] = "kg/L"
    sample_type: int = 1
    location: int = 1
    status: int | None = None
    context_follows: bool = False


def glucose(frame: GlucoseFrame) -> bytes:
    flags = (
        (frame.time_offset_min is not None)
        | (frame.concentration is not None) << 1
        | (frame.unit == "mol/L") << 2
        | (frame.status is not None) << 3
        | frame.context_follows << 4
    )
    offset = frame.time_offset_min
    return b"".join(
        (
            bytes((flags,)),
            u16(frame.sequence),
            frame.base_time,
            b"" if offset is None else offset.to_bytes(2, "little", signed=True),
            _sample(frame),
            b"" if frame.status is None else u16(frame.status),
        )
    )


def _sample(frame: GlucoseFrame) -> bytes:
    """Concentration, then sample location in the high and type in the low nibble."""
    if frame.concentration is None:
        return b""
    return sfloat(frame.concentration) + bytes((frame.location << 4 | frame.sample_type,))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextFrame:
    """Fields of Glucose Measurement Context 0x2A34; a pair is (code, amount)."""

    sequence: int
    extended: int | None = None
    carbohydrate_kg: tuple[int, Number] | None = None
    meal: int | None = None
    tester_health: tuple[int, int] | None = None
    exercise_s_percent: tuple[int, int] | None = None
    medication: tuple[int, Number] | None = None
    medication_unit: Literal["kg", "L"] = "kg"
    hba1c_percent: Number | None = None


def glucose_context(frame: ContextFrame) -> bytes:
    fields = (
        b"" if frame.carbohydrate_kg is None else _coded(frame.carbohydrate_kg),
        b"" if frame.meal is None else bytes((frame.meal,)),
        b"" if frame.tester_health is None else _tester_health(frame.tester_health),
        b"" if frame.exercise_s_percent is None else _exercise(frame.exercise_s_percent),
        b"" if frame.medication is None else _coded(frame.medication),
        b"" if frame.hba1c_percent is None else sfloat(frame.hba1c_percent),
        b"" if frame.extended is None else bytes((frame.extended,)),
    )
    *present, hba1c, extended = fields
    # Bit 5 is the medication's unit, so HbA1c and the extended flags are bits 6 and 7.
    flags = sum(bool(field) << bit for bit, field in enumerate(present))
    flags |= (frame.medication_unit == "L") << 5 | bool(hba1c) << 6 | bool(extended) << 7
    return b"".join((bytes((flags,)), u16(frame.sequence), extended, *present, hba1c))


def _coded(pair: tuple[int, Number]) -> bytes:
    code, amount = pair
    return bytes((code,)) + sfloat(amount)


def _tester_health(pair: tuple[int, int]) -> bytes:
    tester, health = pair
    return bytes((health << 4 | tester,))


def _exercise(pair: tuple[int, int]) -> bytes:
    duration_s, intensity_percent = pair
    return u16(duration_s) + bytes((intensity_percent,))


def racp_count(number: int) -> bytes:
    """Record Access Control Point 0x2A52: number of stored records response."""
    return bytes((5, 0)) + u16(number)


def racp_response(request: int, result: int) -> bytes:
    """Record Access Control Point 0x2A52: response code."""
    return bytes((6, 0, request, result))
