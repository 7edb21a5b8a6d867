"""What a meter is called on the wire: by its serial number if that is usable, else by its address. Pure."""

from __future__ import annotations

from typing import Final

from device_drivers.measurement import DeviceInformation
from device_drivers.wire.reading import RECIPE, Meter

LONGEST: Final = 64
"""Characters of a name on the wire."""

_PLACEHOLDERS: Final = frozenset(
    {
        "unknown",
        "none",
        "null",
        "n/a",
        "na",
        "default",
        "serial",
        "serial number",
        "serialnumber",
        "sn",
        "test",
    }
)
_COUNTING_UP: Final = "01234567890123456789"


def meter_at(address: str, device: DeviceInformation | None) -> Meter:
    """The meter as first met. A serial number shared by all meters of a model would merge two residents'
    readings, so anything that looks like a factory default counts as none."""
    serial = name(device.serial if device else None)
    model = name(device.model if device else None)
    if serial is not None and is_usable(serial):
        return Meter(serial, "serial", RECIPE, model, address)
    return Meter(address, "address", RECIPE, model, address)


def is_usable(serial: str) -> bool:
    """Whether it can tell one meter from another."""
    bare = serial.strip().lower()
    is_one_character = len(set(bare) - {"-", ":", " "}) <= 1
    return not (is_one_character or bare in _PLACEHOLDERS or bare in _COUNTING_UP)


def name(text: str | None) -> str | None:
    """A name as it may travel: one line of at most 64 printable characters; None if nothing is left."""
    shown = "".join(one for one in text or "" if one.isprintable()).strip()
    return shown[:LONGEST] or None
