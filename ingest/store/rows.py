"""A reading as a row: the columns that `readings` and `unattributed` share, in one order. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from device_drivers.wire.reading import (
    BloodPressure,
    ByArrival,
    BySequence,
    ByTime,
    Glucose,
    Identity,
    Reading,
)
from ingest.accept import Accepted
from ingest.clock import Taken

Key = tuple[str, UUID]
"""A meter's key and a reading's id."""

Value = str | int | float | bool | datetime | UUID | list[str] | None

FACTS: Final = (
    "reading_id",
    "meter",
    "revision",
    "taken_at",
    "uncertainty_s",
    "method",
    "stored_at",
    "received_at",
    "received_synced",
    "boot",
    "uptime_ms",
    "meter_time",
    "clock_words",
    "clock_read_at",
    "clock_offset_s",
    "kind",
    "unit",
    "systolic",
    "diastolic",
    "mean",
    "pulse",
    "concentration",
    "beyond",
    "sample",
    "location",
    "quality",
    "flags",
    "slot",
    "context",
    "time_words",
    "value_words",
    "user_words",
    "identity",
    "meter_key_kind",
    "meter_recipe",
    "meter_model",
    "meter_address",
    "battery",
    "driver",
    "driver_version",
    "quirk",
    "quirk_version",
    "suspect_duplicate",
    "gateway",
    "stream",
    "batch_seq",
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A reading with what the cloud adds: where it came from, when it was taken, whose it is."""

    reading: Reading
    batch: Accepted
    taken: Taken
    resident: UUID | None

    @property
    def key(self) -> Key:
        return self.reading.meter.key, self.reading.reading_id


def facts(item: Incoming, *, stored_at: datetime, suspect_duplicate: UUID | None) -> tuple[Value, ...]:
    """The values of FACTS for a reading that is stored for the first time."""
    reading = item.reading
    return (
        reading.reading_id,
        reading.meter.key,
        0,
        item.taken.at,
        item.taken.uncertainty_s,
        item.taken.method,
        stored_at,
        *_clocks(reading),
        *_values(reading.values),
        reading.quality,
        list(reading.flags),
        reading.user,
        as_json(reading.context),
        reading.words.time,
        reading.words.value,
        reading.words.user,
        _identity(reading.identity),
        *_instrument(reading),
        suspect_duplicate,
        item.batch.sealed.gateway,
        item.batch.sealed.stream,
        item.batch.sealed.seq,
    )


def as_json(value: msgspec.Struct | None) -> str | None:
    """A struct as text for a `jsonb` column."""
    return None if value is None else msgspec.json.encode(value).decode()


def _clocks(reading: Reading) -> tuple[Value, ...]:
    heard, clock = reading.heard, reading.clock
    evidence = (None, None, None) if clock is None else (clock.meter_clock, clock.read_at, clock.offset_s)
    return heard.at, heard.synced, heard.boot, heard.uptime_ms, reading.meter_time, *evidence


def _values(values: BloodPressure | Glucose) -> tuple[Value, ...]:
    match values:
        case BloodPressure(unit=unit, systolic=systolic, diastolic=diastolic, mean=mean, pulse=pulse):
            return "blood_pressure", unit, systolic, diastolic, mean, pulse, None, None, None, None
        case Glucose(unit=unit, concentration=value, beyond=beyond, sample=sample, location=location):
            return "glucose", unit, None, None, None, None, value, beyond, sample, location


def _identity(identity: Identity) -> str:
    match identity:
        case BySequence(sequence=number):
            return f"sequence {number}"
        case ByTime(occurrence=place):
            return f"time {place}"
        case ByArrival():
            return "arrival"


def _instrument(reading: Reading) -> tuple[Value, ...]:
    meter, driver, quirk = reading.meter, reading.driver, reading.quirk
    return (
        meter.key_kind,
        meter.recipe,
        meter.model,
        meter.address,
        reading.battery,
        driver.name,
        driver.version,
        None if quirk is None else quirk.name,
        None if quirk is None else quirk.version,
    )
