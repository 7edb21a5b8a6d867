"""One reading as it travels, and the id that its content gives it. Corrects and converts nothing."""

from __future__ import annotations

import hashlib
from typing import Annotated, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from msgspec import Meta, Struct

from device_drivers.wire.fields import Count, Hex, Moment, Number, Text

RECIPE: Final = 1
"""The version of the recipe for reading ids; fixed for a meter when it is paired."""

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "https://hearthline.example/reading-id").bytes
_VERSION_AND_VARIANT: Final = 0xF000 << 64 | 0xC000 << 48
_VERSION_5: Final = 0x5000 << 64 | 0x8000 << 48

Quality = Literal[
    "ok",
    "device_error",
    "out_of_range_high",
    "out_of_range_low",
    "control_solution",
    "ketone",
    "implausible",
]


class Meter(Struct, frozen=True, forbid_unknown_fields=True):
    """The instrument. `key`, `key_kind` and `recipe` are fixed at pairing and never follow a later read."""

    key: Text
    key_kind: Literal["serial", "address"]
    recipe: Literal[1]
    model: Text | None
    address: Text


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """The raw bytes of time, value and user, exactly as the meter sent them; empty where it sent none."""

    time: Hex
    value: Hex
    user: Hex


class BySequence(Struct, frozen=True, forbid_unknown_fields=True, tag="sequence", tag_field="by"):
    """Identity of a record with a number: that number and the raw time."""

    sequence: Annotated[int, Meta(ge=0, le=0xFFFF)]


class ByTime(Struct, frozen=True, forbid_unknown_fields=True, tag="time", tag_field="by"):
    """Identity of a record with a complete clock: the raw time, and which of one transfer's equal records."""

    occurrence: Annotated[int, Meta(ge=0, le=9999)]


class ByArrival(Struct, frozen=True, forbid_unknown_fields=True, tag="arrival", tag_field="by"):
    """Identity of a live record without clock or number: random, minted with its row in the outbox."""


Identity = BySequence | ByTime | ByArrival


class BloodPressure(Struct, frozen=True, forbid_unknown_fields=True, tag="blood_pressure", tag_field="kind"):
    """mmHg or kPa as the meter showed it; a value is null where the meter sent none or a special word."""

    unit: Literal["mmHg", "kPa"]
    systolic: Number | None
    diastolic: Number | None
    mean: Number | None
    pulse: Number | None


class Glucose(Struct, frozen=True, forbid_unknown_fields=True, tag="glucose", tag_field="kind"):
    """mg/dL or mmol/L: the meter's kg/L or mol/L with the decimal point moved. HI and LO are no numbers."""

    unit: Literal["mg/dL", "mmol/L"] | None
    concentration: Number | None
    beyond: Literal["HI", "LO"] | None
    sample: Text | None
    location: Text | None


Values = BloodPressure | Glucose


class Context(Struct, frozen=True, forbid_unknown_fields=True):
    """What the meter knows of the circumstances (2A34); names of the GATT Specification Supplement."""

    meal: Text | None = None
    carbohydrate: Text | None = None
    carbohydrate_kg: Number | None = None
    tester: Text | None = None
    health: Text | None = None
    exercise_s: Annotated[int, Meta(ge=0, le=0xFFFF)] | None = None
    exercise_percent: Annotated[int, Meta(ge=0, le=0xFF)] | None = None
    medication: Text | None = None
    hba1c_percent: Number | None = None


class Heard(Struct, frozen=True, forbid_unknown_fields=True):
    """When the gateway heard it, by its wall clock, and whether that was synchronised.

    `boot` and the milliseconds since boot let an unsynchronised clock be put right later.
    """

    at: Moment
    synced: bool
    boot: Text
    uptime_ms: Count


class ClockEvidence(Struct, frozen=True, forbid_unknown_fields=True):
    """What the meter's clock said (raw words) when it was read, and how far the gateway's was ahead of it."""

    meter_clock: Hex
    read_at: Moment
    offset_s: Annotated[int, Meta(ge=-(2**40), le=2**40)]


class Program(Struct, frozen=True, forbid_unknown_fields=True):
    """A driver or quirk with its version."""

    name: Text
    version: Text


class Reading(Struct, frozen=True, forbid_unknown_fields=True):
    """A measurement with id and clocks, as sent and stored."""

    reading_id: UUID
    meter: Meter
    identity: Identity
    words: Words
    values: Values
    quality: Quality
    flags: Annotated[tuple[Text, ...], Meta(max_length=32)]
    user: Annotated[int, Meta(ge=0, le=0xFF)] | None
    context: Context | None
    meter_time: Text | None
    heard: Heard
    clock: ClockEvidence | None
    battery: Annotated[int, Meta(ge=0, le=100)] | None
    driver: Program
    quirk: Program | None


def reading_id(meter: Meter, identity: BySequence | ByTime, words: Words) -> UUID:
    """The id of a reading whose meter numbers or dates its records: UUIDv5 over raw content alone."""
    return UUID(int=_content_id(meter, identity, words))


def is_identity_true(reading: Reading) -> bool:
    """Whether the id follows from the content; of a random id (`arrival`) only that it is one."""
    if isinstance(reading.identity, ByArrival):
        return reading.reading_id.version == 4
    return reading.reading_id.int == _content_id(reading.meter, reading.identity, reading.words)


def _content_id(meter: Meter, identity: BySequence | ByTime, words: Words) -> int:
    """RFC 9562, 5.5, as a number: making a UUID object costs more than all the rest.

    Each part stands behind its length, so that no two different lists of parts give the same name.
    """
    parts = (str(meter.recipe), meter.key, words.time, words.value, words.user, _distinction(identity))
    name = "".join([f"{len(part)}:{part}," for part in parts])
    digest = hashlib.sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest()
    number = int.from_bytes(digest[:16], "big")
    return number & ~_VERSION_AND_VARIANT | _VERSION_5


def _distinction(identity: BySequence | ByTime) -> str:
    match identity:
        case BySequence(sequence=number):
            return f"sequence {number}"
        case ByTime(occurrence=place):
            return f"time {place}"
