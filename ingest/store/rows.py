"""A reading as a row: the columns that both tables of readings share, in COPY's text. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
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
from ingest.door.accept import Accepted
from ingest.door.clock import Taken

Key = tuple[str, UUID]
"""A meter's key and a reading's id."""

Value = str | None
"""A column's text; None is null."""

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


class Incoming(NamedTuple):
    """A reading with what the cloud adds: where it came from, when it was taken, whose it is."""

    reading: Reading
    batch: Accepted
    taken: Taken
    resident: UUID | None

    @property
    def key(self) -> Key:
        return self.reading.meter.key, self.reading.reading_id


def facts(item: Incoming, *, stored_at: str, suspect_duplicate: UUID | None) -> tuple[Value, ...]:
    """The values of FACTS for a reading that is stored for the first time."""
    reading, taken, sealed = item.reading, item.taken, item.batch.sealed
    return (
        reading.reading_id.hex,
        reading.meter.key,
        "0",
        moment(taken.at),
        _number(taken.uncertainty_s),
        taken.method,
        stored_at,
        *_clocks(reading),
        *_values(reading.values),
        reading.quality,
        array(reading.flags),
        _number(reading.user),
        as_json(reading.context),
        reading.words.time,
        reading.words.value,
        reading.words.user,
        _identity(reading.identity),
        *_instrument(reading),
        None if suspect_duplicate is None else suspect_duplicate.hex,
        sealed.gateway.hex,
        sealed.stream,
        str(sealed.seq),
    )


def line(values: Iterable[Value]) -> str:
    """A row as COPY reads it (PostgreSQL documentation, COPY, "Text Format").

    The wire lets no control character into any text, so none needs escaping and one may stand for null.
    """
    text = "\t".join(["\0" if value is None else value for value in values])
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text.replace("\0", "\\N") + "\n"


def array(texts: Iterable[str]) -> str:
    """An array of texts as PostgreSQL reads it."""
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


def moment(at: datetime) -> str:
    """An instant as text; nine times as fast as `isoformat`."""
    text: str = msgspec.to_builtins(at)
    return text


def as_json(value: msgspec.Struct | None) -> str | None:
    """A struct as text for a `jsonb` column."""
    return None if value is None else msgspec.json.encode(value).decode()


def _number(value: int | None) -> Value:
    return None if value is None else str(value)


def _clocks(reading: Reading) -> tuple[Value, ...]:
    heard, clock = reading.heard, reading.clock
    gateway = (moment(heard.at), "t" if heard.synced else "f", heard.boot, str(heard.uptime_ms))
    if clock is None:
        return *gateway, reading.meter_time, None, None, None
    return (
        *gateway,
        reading.meter_time,
        clock.meter_clock,
        moment(clock.read_at),
        str(clock.offset_s),
    )


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
        str(meter.recipe),
        meter.model,
        meter.address,
        _number(reading.battery),
        driver.name,
        driver.version,
        None if quirk is None else quirk.name,
        None if quirk is None else quirk.version,
    )
