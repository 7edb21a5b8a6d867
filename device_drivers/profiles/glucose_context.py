"""Glucose Measurement Context (2A34): the circumstances of the record with the same number."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from device_drivers.measurement import Carbohydrate, Exercise, GlucoseContext, Medication
from device_drivers.reader import Reader

CONTEXT: Final = "2A34"


class Flag(IntEnum):
    CARBOHYDRATE = 0x01
    MEAL = 0x02
    TESTER_HEALTH = 0x04
    EXERCISE = 0x08
    MEDICATION = 0x10
    MEDICATION_LITRES = 0x20
    HBA1C = 0x40
    EXTENDED = 0x80


_CARBOHYDRATES: Final = {
    1: "breakfast",
    2: "lunch",
    3: "dinner",
    4: "snack",
    5: "drink",
    6: "supper",
    7: "brunch",
}

_MEALS: Final = {1: "pre_meal", 2: "post_meal", 3: "fasting", 4: "casual", 5: "bedtime"}

_KETONE_MEAL: Final = 6
"""i-SENS marks a ketone record by this reserved code in its context."""

_TESTERS: Final = {1: "self", 2: "health_care_professional", 3: "laboratory", 15: "not_available"}

_HEALTH: Final = {
    1: "minor_issues",
    2: "major_issues",
    3: "during_menses",
    4: "under_stress",
    5: "no_issues",
    15: "not_available",
}

_DRUGS: Final = {
    1: "rapid_acting_insulin",
    2: "short_acting_insulin",
    3: "intermediate_acting_insulin",
    4: "long_acting_insulin",
    5: "pre_mixed_insulin",
}

_DURATION_OVERRUN: Final = 0xFFFF


def decode(frame: bytes) -> GlucoseContext:
    """Raises DecodeError."""
    read = Reader(frame)
    flags = read.u8("flags")
    sequence = read.u16("sequence")
    if flags & Flag.EXTENDED:
        read.note_reserved(read.u8("extended_flags"), "extended_flags")
    carbohydrate = _carbohydrate(read) if flags & Flag.CARBOHYDRATE else None
    meal = read.u8("meal") if flags & Flag.MEAL else None
    tester, health = _tester_health(read) if flags & Flag.TESTER_HEALTH else (None, None)
    return GlucoseContext(
        sequence=sequence,
        carbohydrate=carbohydrate,
        meal=None if meal is None else read.code(meal, "meal", _MEALS),
        is_ketone=meal == _KETONE_MEAL,
        tester=tester,
        health=health,
        exercise=_exercise(read) if flags & Flag.EXERCISE else None,
        medication=_medication(read, flags) if flags & Flag.MEDICATION else None,
        hba1c_percent=read.sfloat("hba1c") if flags & Flag.HBA1C else None,
        notes=read.finish(),
    )


def _carbohydrate(read: Reader) -> Carbohydrate:
    meal = read.code(read.u8("carbohydrate"), "carbohydrate", _CARBOHYDRATES)
    return Carbohydrate(meal, read.sfloat("carbohydrate"))


def _tester_health(read: Reader) -> tuple[str, str]:
    both = read.u8("tester")
    return read.code(both & 0x0F, "tester", _TESTERS), read.code(both >> 4, "health", _HEALTH)


def _exercise(read: Reader) -> Exercise:
    seconds = read.u16("exercise")
    return Exercise(None if seconds == _DURATION_OVERRUN else seconds, read.u8("exercise"))


def _medication(read: Reader, flags: int) -> Medication:
    drug = read.code(read.u8("medication"), "medication", _DRUGS)
    return Medication(drug, read.sfloat("medication"), "L" if flags & Flag.MEDICATION_LITRES else "kg")
