"""JSON laid out for people: every number, name and doubled key as it came. Pure."""

from __future__ import annotations

import msgspec

from device_drivers.wire.batch import open_envelope
from device_drivers.wire.codec import WireError


def laid_out(text: str) -> str:
    """In lines, or as it is where it is no JSON, or nested deeper than anybody reads."""
    try:
        return msgspec.json.format(text, indent=2)
    except (msgspec.DecodeError, RecursionError):
        return text


def body_of(payload: str) -> str:
    """What of a sealed batch a person may put right; the whole where no envelope is readable."""
    try:
        return bytes(open_envelope(payload.encode()).body).decode(errors="replace")
    except WireError:
        return payload
