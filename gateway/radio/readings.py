"""From a measurement and what is known of its meter to a reading for the wire. Pure; converts nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from device_drivers import measurement as measured
from device_drivers.driver import Driver
from device_drivers.quality import judge
from device_drivers.quirks.quirk import Quirk
from device_drivers.quirks.table import named
from device_drivers.wire import reading as wire
from gateway.clock.own import on_time_line
from gateway.radio.naming import LONGEST, name

UNIDENTIFIED: Final = UUID(int=0)
"""Stands in a draft until the outbox gives the id."""

MOST_FLAGS: Final = 32

_FITS: Final = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,4})?")
_POINT: Final = {"kg/L": 5, "mol/L": 3}
_SHOWN: Final[dict[str, Literal["mg/dL", "mmol/L"]]] = {"kg/L": "mg/dL", "mol/L": "mmol/L"}


@dataclass(frozen=True, slots=True)
class ClockRead:
    """What the meter's clock said, and when by the gateway's."""

    said: measured.ClockEvidence
    read: wire.Heard


@dataclass(frozen=True, slots=True)
class Facts:
    """What the meter told of itself in this transfer before the measurement."""

    device: measured.DeviceInformation | None = None
    clock: ClockRead | None = None
    battery: int | None = None
    quirk: str | None = None
    """The name of the quirk that the meter was found to have, now or in an earlier contact."""


def draft(
    measurement: measured.Measurement, heard: wire.Heard, *, meter: wire.Meter, facts: Facts, driver: Driver
) -> wire.Reading:
    """A reading but for its id and the place among its equals, which the outbox gives."""
    return wire.Reading(
        reading_id=UNIDENTIFIED,
        meter=meter,
        identity=_identity(measurement),
        words=_words(measurement.words),
        values=_values(measurement),
        quality=judge(measurement).value,
        flags=_flags(measurement),
        user=measurement.user if isinstance(measurement, measured.BloodPressure) else None,
        context=_context(measurement),
        meter_time=_meter_time(measurement.time),
        heard=heard,
        clock=None if facts.clock is None else clock_evidence(facts.clock, heard),
        battery=facts.battery,
        driver=wire.Program(driver.name, driver.version),
        quirk=_program(named(facts.quirk)),
    )


def _program(quirk: Quirk | None) -> wire.Program | None:
    return None if quirk is None else wire.Program(quirk.name, quirk.version)


def _meter_time(time: measured.MeterTime | None) -> str | None:
    """What the meter's clock said, without a zone unless it said UTC."""
    if time is None or time.local is None:
        return None
    return (time.local.replace(tzinfo=UTC) if time.is_utc else time.local).isoformat()


def clock_evidence(read: ClockRead, heard: wire.Heard) -> wire.ClockEvidence | None:
    """How far the gateway's instant was ahead of the meter's wall clock read as if it were UTC, so that the
    meter's time zone cancels out. It stands on the time line of `heard`, so that what puts that right puts
    this right too. None where the meter's clock showed no moment."""
    local = read.said.clock.local
    if local is None:
        return None
    read_at = on_time_line(read.read, heard)
    ahead = read_at - local.replace(tzinfo=UTC)
    return wire.ClockEvidence(read.said.raw.hex(), read_at, round(ahead.total_seconds()))


def number(value: measured.Number | None, *, point: int = 0) -> str | None:
    """The number as text, its decimal point moved to the right; None if it is none or fits no field."""
    if not isinstance(value, Decimal):
        return None
    text = format(value.scaleb(point), "f")
    return text if _FITS.fullmatch(text) else None


def _identity(measurement: measured.Measurement) -> wire.Identity:
    match measured.identity_kind(measurement), measurement:
        case "sequence", measured.Glucose(sequence=sequence):
            return wire.BySequence(sequence)
        case "time", _:
            return wire.ByTime(0)
        case _:
            return wire.ByArrival()


def _words(words: measured.Words) -> wire.Words:
    return wire.Words(words.time.hex(), words.value.hex(), words.user.hex())


def _values(measurement: measured.Measurement) -> wire.Values:
    match measurement:
        case measured.BloodPressure():
            return wire.BloodPressure(
                unit=measurement.unit,
                systolic=number(measurement.systolic),
                diastolic=number(measurement.diastolic),
                mean=number(measurement.mean),
                pulse=number(measurement.pulse),
            )
        case measured.Glucose():
            return _glucose(measurement)


def _glucose(record: measured.Glucose) -> wire.Glucose:
    beyond = _beyond(record)
    unit = None if record.unit is None else _SHOWN[record.unit]
    point = 0 if record.unit is None else _POINT[record.unit]
    return wire.Glucose(
        unit=unit,
        concentration=None if unit is None or beyond else number(record.concentration, point=point),
        beyond=beyond,
        sample=name(record.sample),
        location=name(record.location),
    )


def _beyond(record: measured.Glucose) -> Literal["HI", "LO"] | None:
    match judge(record):
        case measured.Quality.OUT_OF_RANGE_HIGH:
            return "HI"
        case measured.Quality.OUT_OF_RANGE_LOW:
            return "LO"
        case _:
            return None


def _flags(measurement: measured.Measurement) -> tuple[str, ...]:
    """The status bits that were set, and what the decoder found odd."""
    said = (*(measurement.status or ()), *measurement.notes)
    return tuple(flag[:LONGEST] for flag in said if name(flag) is not None)[:MOST_FLAGS]


def _context(measurement: measured.Measurement) -> wire.Context | None:
    if not isinstance(measurement, measured.Glucose) or measurement.context is None:
        return None
    said = measurement.context
    return wire.Context(
        meal=name(said.meal),
        carbohydrate=name(said.carbohydrate.meal if said.carbohydrate else None),
        carbohydrate_kg=number(said.carbohydrate.kilograms if said.carbohydrate else None),
        tester=name(said.tester),
        health=name(said.health),
        exercise_s=said.exercise.seconds if said.exercise else None,
        exercise_percent=said.exercise.percent if said.exercise else None,
        medication=name(said.medication.drug if said.medication else None),
        hba1c_percent=number(said.hba1c_percent),
    )
