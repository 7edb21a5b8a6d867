"""All drivers. A new kind of meter is one line here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from device_drivers.driver import Driver
from device_drivers.profiles import blood_pressure, glucose_memory

DRIVERS: Final = (blood_pressure.DRIVER, glucose_memory.DRIVER)


def driver_for(services: Iterable[str]) -> Driver | None:
    """The driver for a meter that advertises these services, named as four-digit UUIDs."""
    advertised = {service.upper() for service in services}
    return next((driver for driver in DRIVERS if advertised.intersection(driver.services)), None)
