"""A cursor over one frame. What is missing is a DecodeError; what is odd is a note. Guesses nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from device_drivers import ieee11073
from device_drivers.measurement import MeterTime, Number

MAX_FRAME: Final = 512
"""Bytes; the longest attribute value (Bluetooth Core Specification, vol 3 part F, 3.2.9)."""


class DecodeError(ValueError):
    """A frame that is not what its characteristic promises. `field` names what is missing or too long."""

    def __init__(self, frame: bytes, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}; frame {frame.hex() or '(empty)'}")
        self.frame = frame
        self.field = field


class Reader:
    """Reads fields in order, least significant byte first; every read names its field for the error."""

    def __init__(self, frame: bytes) -> None:
        if len(frame) > MAX_FRAME:
            raise DecodeError(frame, "frame", f"{len(frame)} bytes, at most {MAX_FRAME}")
        self.frame = frame
        self.notes: list[str] = []
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return len(self.frame) - self._at

    def take(self, size: int, field: str) -> bytes:
        taken = self.frame[self._at : self._at + size]
        if len(taken) < size:
            raise DecodeError(self.frame, field, f"truncated, {len(taken)} of {size} bytes")
        self._at += size
        return taken

    def u8(self, field: str) -> int:
        return self.take(1, field)[0]

    def u16(self, field: str) -> int:
        return int.from_bytes(self.take(2, field), "little")

    def u24(self, field: str) -> int:
        return int.from_bytes(self.take(3, field), "little")

    def s16(self, field: str) -> int:
        return int.from_bytes(self.take(2, field), "little", signed=True)

    def sfloat(self, field: str) -> Number:
        return ieee11073.sfloat(self.u16(field))

    def float32(self, field: str) -> Number:
        return ieee11073.float32(int.from_bytes(self.take(4, field), "little"))

    def clock(self, field: str) -> MeterTime:
        """A Date Time of 7 bytes."""
        return meter_time(self.take(7, field))

    def bits(self, value: int, field: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names of the bits set in a value, lowest first; bits without a name are noted."""
        self.note_reserved(value >> len(names) << len(names), field)
        return tuple(name for bit, name in enumerate(names) if value >> bit & 1)

    def code(self, value: int, field: str, names: dict[int, str]) -> str:
        """The name of a code, or `reserved` with a note."""
        if value not in names:
            self.notes.append(f"{field}: reserved code {value}")
        return names.get(value, "reserved")

    def note_reserved(self, bits: int, field: str) -> None:
        if bits:
            self.notes.append(f"{field}: reserved bits {bits:#x}")

    def noted(self) -> tuple[str, ...]:
        return tuple(self.notes)

    def finish(self) -> tuple[str, ...]:
        """All notes; bytes left over are one more."""
        rest = self.frame[self._at :]
        if rest:
            self.notes.append(f"{len(rest)} trailing bytes {rest.hex()}")
        return self.noted()


def meter_time(raw: bytes) -> MeterTime:
    """A Date Time (2A08): year u16, month, day, hour, minute, second; 0 in the date means unknown."""
    year = int.from_bytes(raw[:2], "little")
    return MeterTime(raw, _moment(year, *raw[2:7]) if 1582 <= year <= 9999 else None)


def _moment(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
