"""All drivers, and the decoders of all characteristics. A new kind of meter is one line here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from device_drivers.driver import Decoder, Driver
from device_drivers.makers import microlife, omron_classic
from device_drivers.profiles import (
    battery,
    blood_pressure,
    body_composition,
    current_time,
    date_time,
    enhanced_blood_pressure,
    features,
    glucose,
    glucose_context,
    glucose_memory,
    heart_rate,
    pulse_oximeter,
    racp,
    thermometer,
    weight_scale,
)

DRIVERS: Final = (blood_pressure.DRIVER, glucose_memory.DRIVER, microlife.DRIVER, omron_classic.DRIVER)
"""Meters of which the gateway takes what they measured. Others it leaves alone: a result that is taken from a
meter and cannot be sent on would be lost to whoever else was waiting for it."""

DECODERS: Final[dict[str, Decoder]] = {
    blood_pressure.MEASUREMENT: blood_pressure.decode,
    blood_pressure.CUFF_PRESSURE: blood_pressure.decode_cuff_pressure,
    enhanced_blood_pressure.MEASUREMENT: enhanced_blood_pressure.decode,
    features.BLOOD_PRESSURE: features.decode_blood_pressure,
    glucose.MEASUREMENT: glucose.decode,
    glucose_context.CONTEXT: glucose_context.decode,
    features.GLUCOSE: features.decode_glucose,
    racp.CONTROL: racp.decode,
    current_time.CURRENT_TIME: current_time.decode,
    date_time.DATE_TIME: date_time.decode,
    battery.LEVEL: battery.decode,
    thermometer.MEASUREMENT: thermometer.decode,
    weight_scale.MEASUREMENT: weight_scale.decode,
    body_composition.MEASUREMENT: body_composition.decode,
    pulse_oximeter.SPOT_CHECK: pulse_oximeter.decode_spot_check,
    pulse_oximeter.CONTINUOUS: pulse_oximeter.decode_continuous,
    heart_rate.MEASUREMENT: heart_rate.decode,
}
"""Characteristic → decoder: everything that can be understood, whether or not a driver asks for it."""


def driver_for(services: Iterable[str], name: str | None = None) -> Driver | None:
    """The driver for a meter that advertises these services (UUIDs, of four digits where there are such)
    under this name."""
    advertised = {service.upper() for service in services}
    found = (driver for driver in DRIVERS if advertised.intersection(driver.services))
    return next((driver for driver in found if _is_called(driver, name)), None)


def _is_called(driver: Driver, name: str | None) -> bool:
    said = (name or "").strip().casefold()
    return not driver.names or any(said.startswith(begin.casefold()) for begin in driver.names)
