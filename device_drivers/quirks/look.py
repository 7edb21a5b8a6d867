"""A second look at a frame, by the meter's quirk, where the profile's own reading fails or is implausible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, TypeVar

from device_drivers.measurement import BloodPressure, Glucose, Measurement, Quality
from device_drivers.quality import judge
from device_drivers.quirks.quirk import Quirk, Rewrite
from device_drivers.reader import DecodeError

Record = TypeVar("Record", bound=Measurement)

_PULSES: Final = (20, 300)
"""Beats a minute that a person may have: outside them a pulse is misread, whoever has it."""


def look(quirk: Quirk | None, characteristic: str, decode: Callable[[bytes], Record], frame: bytes) -> Record:
    """What the frame says. The second look counts only where it leaves less in doubt than the first, and
    never changes the raw words: they make the record itself. Raises the DecodeError of the first.
    """
    rewrite = None if quirk is None else quirk.rewrite
    if quirk is None or rewrite is None or rewrite.characteristic != characteristic:
        return decode(frame)
    again = _Second(rewrite, f"read anew by quirk {quirk.name}")
    try:
        first = decode(frame)
    except DecodeError:
        rescued = again.decode(decode, frame)
        if rescued is None or doubts(rescued):
            raise
        return rescued
    second = again.decode(decode, frame) if doubts(first) else None
    if second is None or not doubts(second) < doubts(first):
        return first
    return replace(second, words=first.words)


def doubts(record: Measurement) -> frozenset[str]:
    """The fields that no person's measurement can hold. A failed measurement is in no doubt: it says so."""
    match record:
        case BloodPressure(pulse=pulse):
            low, high = _PULSES
            is_odd = isinstance(pulse, Decimal) and not low <= pulse <= high
            found = {"pulse": is_odd, "pressure": judge(record) is Quality.IMPLAUSIBLE}
        case Glucose(time=time):
            found = {"time": time.local is None, "glucose": judge(record) is Quality.IMPLAUSIBLE}
    return frozenset(field for field, is_doubtful in found.items() if is_doubtful)


@dataclass(frozen=True, slots=True)
class _Second:
    rewrite: Rewrite
    note: str

    def decode(self, decode: Callable[[bytes], Record], frame: bytes) -> Record | None:
        """The frame as its maker means it, with a note that says so."""
        try:
            found = decode(self.rewrite.anew(frame))
        except DecodeError:
            return None
        return replace(found, notes=(*found.notes, self.note))
