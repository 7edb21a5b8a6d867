"""Where Omron's classic cuffs keep their records and what the bits mean: a row for each layout. Asks nothing.

Public in userx14/omblepy (deviceSpecific) and eigger/hass-omron (record_parsers.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from device_drivers.measurement import BloodPressure, ClockEvidence, MeterTime, Special, Words
from device_drivers.reader import DecodeError

_LOWEST: Final = 25
"""Added to the systolic that is stored, mmHg."""

_LAST_SECOND: Final = 59
"""Seconds up to 63 were seen."""


@dataclass(frozen=True, slots=True)
class Bits:
    """The first and last bit of each field of a record, from the most significant one on, the record read as
    one number."""

    systolic: tuple[int, int]
    diastolic: tuple[int, int]
    pulse: tuple[int, int]
    year: tuple[int, int]
    month: tuple[int, int]
    day: tuple[int, int]
    hour: tuple[int, int]
    minute: tuple[int, int]
    second: tuple[int, int]
    movement: tuple[int, int]
    irregular: tuple[int, int]

    @property
    def of_value(self) -> tuple[tuple[int, int], ...]:
        return self.systolic, self.diastolic, self.pulse

    @property
    def of_time(self) -> tuple[tuple[int, int], ...]:
        return self.year, self.month, self.day, self.hour, self.minute, self.second


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`models`: how the model number begins. `users`: where the records of each user slot begin. `block`:
    bytes asked for at once, a whole number of records. `clock`: where the cuff's own clock stands, and the
    places in it of year, month, day, hour, minute, second."""

    models: tuple[str, ...]
    order: Literal["big", "little"]
    users: tuple[int, ...]
    records: int
    size: int
    block: int
    bits: Bits
    clock: tuple[int, int]
    clock_order: tuple[int, int, int, int, int, int]


_BIG: Final = Bits(
    diastolic=(0, 7),
    systolic=(8, 15),
    year=(16, 23),
    pulse=(24, 31),
    movement=(32, 32),
    irregular=(33, 33),
    month=(34, 37),
    day=(38, 42),
    hour=(43, 47),
    minute=(52, 57),
    second=(58, 63),
)

_LITTLE: Final = Bits(
    minute=(68, 73),
    second=(74, 79),
    movement=(80, 80),
    irregular=(81, 81),
    month=(82, 85),
    day=(86, 90),
    hour=(91, 95),
    year=(98, 103),
    pulse=(104, 111),
    diastolic=(112, 119),
    systolic=(120, 127),
)


def _little(model: str, *, second_user: int, records: int) -> Layout:
    return Layout(
        models=(model,),
        order="little",
        users=(0x0098, second_user),
        records=records,
        size=16,
        block=16,
        bits=_LITTLE,
        clock=(0x003C, 16),
        clock_order=(8, 9, 10, 11, 12, 13),
    )


LAYOUTS: Final = (
    Layout(
        models=("HEM-7322T",),
        order="big",
        users=(0x02AC, 0x0824),
        records=100,
        size=14,
        block=56,
        bits=_BIG,
        clock=(0x0274, 10),
        clock_order=(3, 2, 5, 4, 7, 6),
    ),
    _little("HEM-7155T", second_user=0x0458, records=60),
    _little("HEM-7361T", second_user=0x06D8, records=100),
)


def layout_of(model: str | None) -> Layout | None:
    """The layout of a cuff by its model number. None where it is not known: a guess would make numbers."""
    said = (model or "").strip().upper()
    return next((one for one in LAYOUTS if any(said.startswith(begin) for begin in one.models)), None)


def is_blank(record: bytes) -> bool:
    return set(record) in ({0x00}, {0xFF})


def decode(layout: Layout, record: bytes, user: int) -> BloodPressure:
    """A record of the memory, in mmHg. `user` is the slot, from 1. Raises DecodeError."""
    if len(record) != layout.size:
        raise DecodeError(record, "record", f"{len(record)} of {layout.size} bytes")
    bits, number = layout.bits, int.from_bytes(record, layout.order)
    second = _field(record, number, bits.second)
    time = MeterTime(_only(layout, number, bits.of_time), _moment(layout, record, number))
    return BloodPressure(
        unit="mmHg",
        systolic=Decimal(_field(record, number, bits.systolic) + _LOWEST),
        diastolic=Decimal(_field(record, number, bits.diastolic)),
        mean=Special.NAN,
        time=time,
        pulse=Decimal(_field(record, number, bits.pulse)),
        user=user,
        status=_status(record, number, bits),
        words=Words(time.raw, _only(layout, number, bits.of_value), bytes((user,))),
        notes=(f"second {second} read as {_LAST_SECOND}",) if second > _LAST_SECOND else (),
        key="time",
    )


def decode_clock(layout: Layout, block: bytes) -> ClockEvidence:
    """The cuff's clock from its settings. Raises DecodeError."""
    if len(block) != layout.clock[1]:
        raise DecodeError(block, "clock", f"{len(block)} of {layout.clock[1]} bytes")
    year, *rest = (block[place] for place in layout.clock_order)
    clock = MeterTime(block, _datetime((2000 + year, *rest)))
    return ClockEvidence(block, clock, weekday=None, fraction=0, adjusted=())


def _moment(layout: Layout, record: bytes, number: int) -> datetime | None:
    year, *rest, second = (_field(record, number, place) for place in layout.bits.of_time)
    return _datetime((2000 + year, *rest, min(second, _LAST_SECOND)))


def _status(record: bytes, number: int, bits: Bits) -> tuple[str, ...]:
    names = (("body_movement", bits.movement), ("irregular_pulse", bits.irregular))
    return tuple(name for name, place in names if _field(record, number, place))


def _field(record: bytes, number: int, place: tuple[int, int]) -> int:
    first, last = place
    return number >> (len(record) * 8 - 1 - last) & (1 << last - first + 1) - 1


def _only(layout: Layout, number: int, places: tuple[tuple[int, int], ...]) -> bytes:
    """The record with only these fields left, in their own bits: raw words without any flag."""
    end = layout.size * 8 - 1
    mask = sum((1 << last - first + 1) - 1 << end - last for first, last in places)
    return (number & mask).to_bytes(layout.size, layout.order)


def _datetime(parts: tuple[int, ...]) -> datetime | None:
    """From year to second."""
    year, month, day, hour, minute, second = parts
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
