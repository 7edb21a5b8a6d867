"""Device Information (service 0x180A): the names a meter gives itself. Believes none of them."""

from __future__ import annotations

from typing import Final

from device_drivers.reader import Reader

FIELDS: Final = {
    "2A29": "manufacturer",
    "2A24": "model",
    "2A25": "serial",
    "2A27": "hardware",
    "2A26": "firmware",
    "2A28": "software",
}
"""Characteristic → field of DeviceInformation."""

MAX_LENGTH: Final = 64
"""Characters of a name that are kept, as the wire contract allows."""


def decode(value: bytes) -> str | None:
    """A name on one line, or None if nothing printable is left. Meters pad with NUL and blanks."""
    read = Reader(value)
    name = read.frame.decode("utf-8", errors="replace")
    printable = "".join(letter for letter in name if letter.isprintable())
    return printable.strip()[:MAX_LENGTH].rstrip() or None
