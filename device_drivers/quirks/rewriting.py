"""Frames as their profile would have them, from frames as certain makers send them. Reads no value."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from device_drivers.measurement import Glucose
from device_drivers.reader import DecodeError

# Flags of a Blood Pressure Measurement (GATT Specification Supplement, "Blood Pressure Measurement").
_TIME: Final = 0x02
_PULSE: Final = 0x04
_USER: Final = 0x08
_STATUS: Final = 0x10

_PRESSURES: Final = 7
"""Bytes of the flags and the three pressures."""

_NAN: Final = bytes.fromhex("ff07")

_MONTH: Final = 5
"""Place of the month in a Glucose Measurement: after flags, sequence number and year."""


def big_endian_pulse(frame: bytes) -> bytes:
    """Pulse and status with the most significant byte first, a user always sent but never flagged, nought
    for the mean pressure that was not measured. Raises DecodeError on another length."""
    flags = frame[0] if frame else 0
    pulse_at = _PRESSURES + (7 if flags & _TIME else 0)
    user_at = pulse_at + (2 if flags & _PULSE else 0)
    end = user_at + 1 + (2 if flags & _STATUS else 0)
    if len(frame) != end:
        raise DecodeError(frame, "frame", f"{len(frame)} bytes, {end} with the user that is always sent")
    mean = frame[5:_PRESSURES]
    return b"".join(
        (
            bytes((flags | _USER,)),
            frame[1:5],
            mean if any(mean) else _NAN,
            frame[_PRESSURES:pulse_at],
            frame[pulse_at:user_at][::-1],
            frame[user_at : user_at + 1],
            frame[user_at + 1 :][::-1],
        )
    )


def month_after_december(frame: bytes) -> bytes:
    """Month 13, which comes of a base time reckoned across the turn of the year, is January."""
    if frame[_MONTH : _MONTH + 1] != b"\x0d":
        return frame
    return frame[:_MONTH] + b"\x01" + frame[_MONTH + 1 :]


def ketone_in_tenths(record: Glucose) -> Glucose:
    """A ketone record carries tenths of mmol/L in the place of mg/dL: only the decimal point moves.

    n mg/dL are n·10⁻⁵ kg/L, and mean n/10 mmol/L, which are n·10⁻⁴ mol/L.
    """
    is_ketone = record.context is not None and record.context.is_ketone
    if not is_ketone or record.unit != "kg/L" or not isinstance(record.concentration, Decimal):
        return record
    notes = (*record.notes, "ketone: tenths of mmol/L")
    return replace(record, unit="mol/L", concentration=record.concentration.scaleb(1), notes=notes)
