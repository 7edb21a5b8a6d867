"""What came of a scenario: each record that a meter took against each row that the cloud has. Pure.

The meters' frames are cut up by hand and their values taken from the display, never from a driver of ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from firmware_sim.encode import Number, Special
from firmware_sim.measured import Pressure, Sugar, Taken

CLINICAL: Final = frozenset({"ok", "out_of_range_high", "out_of_range_low", "ketone"})
"""Qualities with which a reading may be judged, and so may alarm or calm somebody."""

CONTROL_SAMPLE, CONTROL_LOCATION, KETONE_MEAL = 10, 4, 6
UNUSABLE: Final = 0x079E
"""Bits 1-4 and 7-10 of a glucometer's status: it takes the result back."""
HIGH, LOW = 0x0020, 0x0040
USERS: Final = frozenset({None, 1, 2})


class Key(NamedTuple):
    """A record by the raw words (hexadecimal) that both sides can know."""

    meter: str
    time: str
    value: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as its meter showed it. `is_pending`: it was not handed over yet; `is_spoiled`: its frame was
    cut, so that nobody can read it."""

    meter: str
    record: Taken
    is_pending: bool = False
    is_spoiled: bool = False

    @property
    def key(self) -> Key:
        cut = _cut_pressure if isinstance(self.record.values, Pressure) else _cut_glucose
        time, value = cut(self.record.frame)
        return Key(self.meter, time.hex(), value.hex())


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A reading in force in the cloud's tables."""

    key: Key
    quality: str
    unit: str | None
    numbers: tuple[Decimal | None, ...]
    """Systolic, diastolic and pulse; of a glucometer the concentration."""
    beyond: str | None
    slot: int | None
    has_owner: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`false_values` names each clinical value that no meter showed like that. `undecodable` records count as
    kept where the gateway counted as many frames. `noise` is what strangers' gadgets said, stored as
    nobody's, and `lookalikes` is how much of it has the quality of a measurement."""

    taken: int
    stored: int
    noise: int
    lookalikes: int
    in_meter: int
    undecodable: int
    lost: int
    doubled: int
    false_values: tuple[str, ...]


def judge(shown: Sequence[Shown], found: Sequence[Found], *, undecodable: int) -> Verdict:
    """`undecodable`: frames that the gateways set aside."""
    readable = [one for one in shown if not one.is_spoiled]
    meters = {one.meter for one in shown}
    taken = Counter(one.key for one in readable)
    stored = Counter(one.key for one in found if one.key.meter in meters)
    waiting = Counter(one.key for one in readable if one.is_pending)
    spoiled = sum(one.is_spoiled and not one.is_pending for one in shown)
    ours = Counter({key: count for key, count in stored.items() if key in taken})
    noise = [one for one in found if one.key.meter not in meters]
    return Verdict(
        taken=len(shown),
        stored=stored.total(),
        noise=len(noise),
        lookalikes=sum(one.quality in CLINICAL for one in noise),
        in_meter=sum(one.is_pending for one in shown),
        undecodable=undecodable,
        lost=(taken - stored - waiting).total() + max(0, spoiled - undecodable),
        doubled=(ours - taken).total(),
        false_values=tuple(_false_values(readable, found, meters)),
    )


def _false_values(shown: Iterable[Shown], found: Iterable[Found], meters: Collection[str]) -> Iterable[str]:
    by_key: dict[Key, list[Taken]] = {}
    for one in shown:
        by_key.setdefault(one.key, []).append(one.record)
    for row in found:
        records = by_key.get(row.key, [])
        is_shown = any(is_true(record.values, row) for record in records)
        if not is_shown and (records or _matters(row, meters)):
            yield f"{row.key.meter} {row.quality} {row.numbers} {row.beyond or ''}".strip()


def _matters(row: Found, meters: Collection[str]) -> bool:
    """Whether what no display showed is somebody's, or a clinical value of a meter (a serial number) of ours.

    A stranger's noise may be a valid frame by chance. Reserved bits and trailing bytes refuse nothing, as a
    later profile may use them; what keeps noise from being judged is that it is nobody's."""
    return row.has_owner or (row.key.meter in meters and row.quality in CLINICAL)


def is_true(values: Pressure | Sugar, row: Found) -> bool:
    """Whether the row says what the display said."""
    match values:
        case Pressure():
            return _is_true_pressure(values, row)
        case Sugar():
            return _is_true_sugar(values, row)


def _is_true_pressure(values: Pressure, row: Found) -> bool:
    numbers = tuple(_plain(number) for number in (values.systolic, values.diastolic, values.pulse))
    is_measured = None not in numbers[:2]
    return (
        row.numbers == numbers
        and row.unit == values.unit
        and row.slot == values.user
        and (is_measured or row.quality not in CLINICAL)
        and (values.user in USERS or not row.has_owner)
    )


def _is_true_sugar(values: Sugar, row: Found) -> bool:
    quality = quality_of(values)
    if row.quality != quality:
        return False
    if quality.startswith("out_of_range"):
        return row.numbers == (None,) and row.beyond == ("HI" if quality.endswith("high") else "LO")
    if quality == "device_error":
        return row.beyond is None
    return row.numbers == (_plain(values.amount),) and row.unit == values.unit and row.beyond is None


def quality_of(values: Sugar) -> str:
    """What the display means, from the table of 0x2A18 and the vendors' ketone mark."""
    status = values.status or 0
    high = bool(status & HIGH) or values.amount is Special.POSITIVE_INFINITY
    low = bool(status & LOW) or values.amount is Special.NEGATIVE_INFINITY
    if values.sample_type == CONTROL_SAMPLE or values.location == CONTROL_LOCATION:
        return "control_solution"
    if status & UNUSABLE or (high and low):
        return "device_error"
    if values.meal == KETONE_MEAL:
        return "ketone"
    if high or low:
        return "out_of_range_high" if high else "out_of_range_low"
    return "ok" if isinstance(values.amount, Decimal) else "device_error"


def _plain(number: Number | None) -> Decimal | None:
    return number if isinstance(number, Decimal) else None


def _cut_pressure(frame: bytes) -> tuple[bytes, bytes]:
    """Time and values of a 2A35 value: flags, three pressures, time if bit 1, pulse if bit 2."""
    after_time = 14 if frame[0] & 0x02 else 7
    pulse = frame[after_time : after_time + 2] if frame[0] & 0x04 else b""
    return frame[7:after_time], frame[1:7] + pulse


def _cut_glucose(frame: bytes) -> tuple[bytes, bytes]:
    """Time and value of a 2A18 value: flags, number, base time, offset if bit 0, concentration if bit 1."""
    after_time = 12 if frame[0] & 0x01 else 10
    return frame[3:after_time], frame[after_time : after_time + 2] if frame[0] & 0x02 else b""
