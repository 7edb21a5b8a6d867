"""A reading as a line of InfluxDB's line protocol. Pure; by hand, since building points costs ten times that.

InfluxDB documentation, "Line protocol". A point is known by measurement, tags and time: a later revision of a
reading has the same ones, and its fields go over the earlier ones.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Row(NamedTuple):
    """What of a stored reading is copied, one revision of it; `tx` and `seq` say when it was stored."""

    tx: int
    seq: int
    resident: UUID
    reading_id: UUID
    revision: int
    taken_at: datetime
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


NUMBERS: Final = ("systolic", "diastolic", "mean", "pulse", "concentration")
WORDS: Final = ("beyond", "meal", "quality")


def line(row: Row) -> str:
    """Without its line feed. HI and LO have no number; every point has its quality."""
    tags = {"resident": str(row.resident), "unit": row.unit}
    numbers = {name: getattr(row, name) for name in NUMBERS}
    words = {name: getattr(row, name) for name in WORDS} | {"reading_id": str(row.reading_id)}
    head = ",".join([row.kind, *(f"{name}={_tag(word)}" for name, word in tags.items() if word)])
    fields = [
        *(f"{name}={_number(number)}" for name, number in numbers.items() if number is not None),
        *(f"{name}={_string(word)}" for name, word in words.items() if word is not None),
        f"revision={row.revision}i",
    ]
    return f"{head} {','.join(fields)} {nanoseconds(row)}"


def nanoseconds(row: Row) -> int:
    """When it was taken. Below the microsecond stands a part of its id, so that two readings that a meter
    without seconds gave the same time stay two."""
    return (row.taken_at - _EPOCH) // _MICROSECOND * 1000 + row.reading_id.int % 1000


def _number(number: Decimal) -> str:
    """Raises ValueError on what is none: a line with it would take its whole batch along."""
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
