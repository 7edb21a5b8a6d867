"""Measurement Status, as it stands in 2A35, 2A36 and 2B34. Judges nothing."""

from __future__ import annotations

from typing import Final

from device_drivers.reader import Reader

_NAMES: Final = ("body_movement", "cuff_loose", "irregular_pulse")

_PULSE_RANGE: Final = (None, "pulse_above_range", "pulse_below_range", "pulse_range_reserved")


def read_status(read: Reader) -> tuple[str, ...]:
    """Bits 0-2, the pulse range in bits 3-4, the position in bit 5; 6-15 are reserved."""
    word = read.u16("status")
    read.note_reserved(word & 0xFFC0, "status")
    names = [name for bit, name in enumerate(_NAMES) if word >> bit & 1]
    pulse_range = _PULSE_RANGE[word >> 3 & 3]
    if pulse_range:
        names.append(pulse_range)
    if word & 0x20:
        names.append("improper_position")
    return tuple(names)
