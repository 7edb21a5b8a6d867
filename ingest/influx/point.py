"""A reading as a point of InfluxDB, and a point as a line of its line protocol. Pure; writes nothing.

InfluxDB documentation, "Line protocol" and "Handle duplicate data points": a point is known by measurement,
tags and time; of two writes to one point the later goes over the earlier field by field, and a field that
only the earlier one had stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

MEASUREMENTS: Final = ("blood_pressure", "glucose", "ketone")
DAILY_MEASUREMENTS: Final = (
    "systolic_daily",
    "diastolic_daily",
    "pulse_daily",
    "glucose_daily",
    "ketone_daily",
)
NUMBERS: Final = ("systolic", "diastolic", "mean", "pulse", "concentration")
WORDS: Final = ("beyond", "meal", "quality", "flags", "reading_id")
WHOLES: Final = ("revision", "taken_at", "stored_at")
TRUTHS: Final = ("counted", "speaks")
FIGURES: Final = ("readings", "mean", "lowest", "highest")
"""The fields of a day."""
TAGS: Final = ("resident", "unit")

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 10**9


class Row(NamedTuple):
    """What of a stored reading is copied, one revision of it; `tx` and `seq` say when it was stored."""

    tx: int
    seq: int
    resident: UUID
    reading_id: UUID
    revision: int
    taken_at: datetime
    stored_at: datetime
    kind: str
    unit: str | None
    systolic: Decimal | None
    diastolic: Decimal | None
    mean: Decimal | None
    pulse: Decimal | None
    concentration: Decimal | None
    beyond: str | None
    meal: str | None
    quality: str
    flags: Sequence[str]
    counted: bool
    """It belongs in means."""
    speaks: bool
    """It says something of the resident: no device error, no control solution."""
    withdrawn: bool
    """It turned out to be another's: of this resident there is no point."""


Value = Decimal | int | str | bool


class Key(NamedTuple):
    """What makes a point itself; `at` in nanoseconds since 1970."""

    measurement: str
    resident: UUID
    unit: str | None
    at: int


class Point(NamedTuple):
    key: Key
    fields: Mapping[str, Value]


def point(row: Row) -> Point:
    """HI and LO have no number; what a reading has not is no field."""
    key = Key(row.kind, row.resident, row.unit, nanoseconds(row))
    fields: dict[str, Value | None] = {
        "systolic": row.systolic,
        "diastolic": row.diastolic,
        "mean": row.mean,
        "pulse": row.pulse,
        "concentration": row.concentration,
        "beyond": row.beyond,
        "meal": row.meal,
        "quality": row.quality,
        "flags": " ".join(row.flags) or None,
        "reading_id": str(row.reading_id),
        "revision": row.revision,
        "taken_at": microseconds(row.taken_at),
        "stored_at": microseconds(row.stored_at),
        "counted": row.counted,
        "speaks": row.speaks,
    }
    return Point(key, {name: value for name, value in fields.items() if value is not None})


def nanoseconds(row: Row) -> int:
    """The second in which it was taken, and below it a part of its id: readings to which a meter gave one
    second stay apart. When in that second it was taken stands in a field."""
    return (row.taken_at - EPOCH) // timedelta(seconds=1) * _SECOND + row.reading_id.int % _SECOND


def microseconds(at: datetime) -> int:
    return (at - EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    return EPOCH + microseconds * _MICROSECOND


def second_of(at: int) -> datetime:
    """The second of a point."""
    return EPOCH + timedelta(seconds=at // _SECOND)


def name_of(key: Key) -> str:
    """The point as a line begins and ends with it: no value is in it."""
    return f"{_head(key)} {key.at}"


def line(one: Point) -> str:
    """Without its line feed. Raises ValueError on a number that is none: the server would refuse its whole
    batch."""
    fields = ",".join(f"{name}={_value(value)}" for name, value in one.fields.items())
    return f"{_head(one.key)} {fields} {one.key.at}"


def _head(key: Key) -> str:
    unit = f",unit={_tag(key.unit)}" if key.unit else ""
    return f"{key.measurement},resident={key.resident}{unit}"


def _value(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value}i"
        case Decimal():
            return _number(value)
        case str():
            return _string(value)


def _number(number: Decimal) -> str:
    if not number.is_finite():
        raise ValueError("no number")
    return f"{number:f}"


def _tag(word: str) -> str:
    """A line feed cannot be written in a tag at all."""
    word = word.replace("\n", " ").replace("\\", "\\\\")
    for letter in ",= ":
        word = word.replace(letter, f"\\{letter}")
    return word


def _string(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
