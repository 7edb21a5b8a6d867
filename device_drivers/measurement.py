"""What a meter measured and said of itself, as sent: raw words, own unit. Judges and converts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Literal


class Special(Enum):
    """The words of an IEEE 11073 number that are no number."""

    NAN = "nan"
    NRES = "nres"
    PLUS_INFINITY = "+inf"
    MINUS_INFINITY = "-inf"
    RESERVED = "reserved"


Number = Decimal | Special

Key = Literal["sequence", "time", "arrival"]
"""What tells a record from any other of its meter: its number, its raw time, or only that it was heard."""


class Quality(StrEnum):
    """What a measurement may be used for; `quality.py` says how it is found."""

    OK = "ok"
    DEVICE_ERROR = "device_error"
    OUT_OF_RANGE_HIGH = "out_of_range_high"
    OUT_OF_RANGE_LOW = "out_of_range_low"
    CONTROL_SOLUTION = "control_solution"
    KETONE = "ketone"
    IMPLAUSIBLE = "implausible"


@dataclass(frozen=True, slots=True)
class MeterTime:
    """A Date Time as the meter said it: local wall clock without zone, unless it said UTC.

    `local` is None where the raw bytes are incomplete or name no moment (month 13, 30 February).
    """

    raw: bytes
    local: datetime | None
    is_utc: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The raw wire bytes that make a record what it is; empty where the meter sent none."""

    time: bytes
    value: bytes
    user: bytes


@dataclass(frozen=True, slots=True)
class BloodPressure:
    """One blood-pressure measurement (2A35). A field that the frame did not carry is None."""

    unit: Literal["mmHg", "kPa"]
    systolic: Number
    diastolic: Number
    mean: Number
    time: MeterTime | None
    pulse: Number | None
    user: int | None
    status: tuple[str, ...] | None
    words: Words
    notes: tuple[str, ...] = ()
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class CuffPressure:
    """The pressure in the cuff while it is measuring (2A36), in the slot of the systolic. Never a reading."""

    as_sent: BloodPressure

    @property
    def notes(self) -> tuple[str, ...]:
        return self.as_sent.notes


@dataclass(frozen=True, slots=True)
class Carbohydrate:
    meal: str
    kilograms: Number


@dataclass(frozen=True, slots=True)
class Exercise:
    """`seconds` is None when the time ran over the counter."""

    seconds: int | None
    percent: int


@dataclass(frozen=True, slots=True)
class Medication:
    drug: str
    amount: Number
    unit: Literal["kg", "L"]


@dataclass(frozen=True, slots=True)
class GlucoseContext:
    """The circumstances of a glucose record (2A34). A code that the table does not name reads `reserved`.

    `is_ketone` marks the vendor's meal code 6: the paired record is a ketone value.
    """

    sequence: int
    carbohydrate: Carbohydrate | None
    meal: str | None
    is_ketone: bool
    tester: str | None
    health: str | None
    exercise: Exercise | None
    medication: Medication | None
    hba1c_percent: Number | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Glucose:
    """One glucose record (2A18).

    `time` is the base time moved by the offset, as the meter's screen shows it; its `raw` holds both.
    `offset_min` is None where no offset was sent or it ran over its field.
    """

    sequence: int
    base_time: MeterTime
    offset_min: int | None
    time: MeterTime
    unit: Literal["kg/L", "mol/L"] | None
    concentration: Number | None
    sample: str | None
    location: str | None
    status: tuple[str, ...] | None
    context_follows: bool
    context: GlucoseContext | None
    words: Words
    notes: tuple[str, ...] = ()
    key: Key | None = None


Measurement = BloodPressure | Glucose


@dataclass(frozen=True, slots=True)
class ClockEvidence:
    """What the meter's own clock said when asked (2A2B): `raw` is the whole value, `fraction` 1/256 s."""

    raw: bytes
    clock: MeterTime
    weekday: str | None
    fraction: int
    adjusted: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeviceInformation:
    """What the meter says it is. A name that is missing, empty or unreadable is None."""

    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    hardware: str | None = None
    firmware: str | None = None
    software: str | None = None


@dataclass(frozen=True, slots=True)
class BatteryLevel:
    """`percent` is None where the meter sent a value above 100."""

    percent: int | None
    notes: tuple[str, ...] = ()


Fact = ClockEvidence | DeviceInformation | BatteryLevel


def identity_kind(measurement: Measurement) -> Key:
    """What tells this record from any other of its meter: what its driver says, else what its kind allows.

    `arrival` only ever meets live records: a memory that can be read again numbers or dates its records.
    """
    if measurement.key is not None:
        return measurement.key
    if isinstance(measurement, Glucose):
        return "sequence"
    if measurement.time is not None and measurement.time.local is not None:
        return "time"
    return "arrival"
