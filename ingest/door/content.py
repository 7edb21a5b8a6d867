"""What a reading says it measured: the part that must be the same whenever its raw words are. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from device_drivers.wire.reading import BloodPressure, Glucose, Reading


class Content(NamedTuple):
    """Numbers compare as numbers: `128` is `128.0`."""

    kind: str
    unit: str | None
    numbers: tuple[Decimal | None, ...]
    words: tuple[str | None, ...]
    slot: int | None


def content_of(reading: Reading) -> Content:
    match reading.values:
        case BloodPressure(unit=unit, systolic=systolic, diastolic=diastolic, mean=mean, pulse=pulse):
            numbers = _numbers(systolic, diastolic, mean, pulse, None)
            return Content("blood_pressure", unit, numbers, (None, None, None), reading.user)
        case Glucose(unit=unit, concentration=value, beyond=beyond, sample=sample, location=location):
            numbers = _numbers(None, None, None, None, value)
            return Content("glucose", unit, numbers, (beyond, sample, location), reading.user)


def _numbers(*texts: str | None) -> tuple[Decimal | None, ...]:
    return tuple(None if text is None else Decimal(text) for text in texts)
