"""Frames of Microlife cuffs, both directions: header, length, payload, sum. Knows no way to delete.

Public in joergmlpts/blood-pressure-monitor (bpm_bt.py, a BP3GY1-2N) and derdilla/blood-pressure-monitor-fl
(microlife_protocol.dart): two readers of the same protocol, neither its maker.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from device_drivers.reader import DecodeError

READ_USER: Final = b"\x05"
READ_RECORDS: Final = bytes(7) + b"\xfd"
HANG_UP: Final = b"\x04"
_SET_CLOCK: Final = 0x0D

_TO_METER: Final = b"\x4d\xff"
_FROM_METER: Final = (b"\x4d\x3a", b"\x4d\x31")
"""The second is said of older cuffs."""

_BEFORE: Final = 4
"""Bytes of header and length; the length counts payload and sum."""

MOST: Final = 8192
"""Bytes of a payload that is still believed: two users of some hundred records of ten bytes."""


def command(payload: bytes) -> bytes:
    frame = _TO_METER + (len(payload) + 1).to_bytes(2, "big") + payload
    return frame + bytes((sum(frame) & 0xFF,))


def set_clock(moment: datetime) -> bytes:
    """The payload that gives a cuff the wall time, to the second."""
    day = (moment.month, moment.day, moment.hour, moment.minute, moment.second)
    return bytes((_SET_CLOCK, moment.year - 2000, *day))


class Assembly:
    """One answer, of notes of at most twenty bytes each."""

    def __init__(self) -> None:
        self._heard = b""

    def take(self, part: bytes) -> bytes | None:
        """The payload, once it is whole. Raises DecodeError, after which nothing of this answer is of use."""
        self._heard += part
        self._check_header()
        if len(self._heard) < _BEFORE:
            return None
        end = _BEFORE + int.from_bytes(self._heard[2:_BEFORE], "big")
        if not _BEFORE < end <= MOST:
            raise DecodeError(self._heard[:_BEFORE], "length", f"{end - _BEFORE} bytes")
        if len(self._heard) < end:
            return None
        return self._payload(end)

    def _check_header(self) -> None:
        if not any(self._heard.startswith(header[: len(self._heard)]) for header in _FROM_METER):
            raise DecodeError(self._heard[:20], "header", "not an answer of a Microlife cuff")

    def _payload(self, end: int) -> bytes:
        frame = self._heard[:end]
        if len(self._heard) > end:
            raise DecodeError(self._heard[:20], "length", f"{len(self._heard) - end} bytes too many")
        if sum(frame[:-1]) & 0xFF != frame[-1]:
            raise DecodeError(frame[:20], "sum", f"{sum(frame[:-1]) & 0xFF:#04x}, not {frame[-1]:#04x}")
        return frame[_BEFORE:-1]
