"""All drivers. A new kind of meter is one line here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from device_drivers.driver import Driver
from device_drivers.profiles import blood_pressure, glucose_memory

DRIVERS: Final = (blood_pressure.DRIVER, glucose_memory.DRIVER)


def driver_for(services: Iterable[str], name: str | None = None) -> Driver | None:
    """The driver for a meter that advertises these services (UUIDs, of four digits where there are such)
    under this name."""
    advertised = {service.upper() for service in services}
    found = (driver for driver in DRIVERS if advertised.intersection(driver.services))
    return next((driver for driver in found if _is_called(driver, name)), None)


def _is_called(driver: Driver, name: str | None) -> bool:
    said = (name or "").strip().casefold()
    return not driver.names or any(said.startswith(begin.casefold()) for begin in driver.names)
