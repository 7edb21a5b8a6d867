"""Questions in Flux, and what their answers say. Asks nothing.

Each begins with what a server can answer from its index, turns the fields of a point to columns of one row,
and gives the time in nanoseconds as a number, since the client's own times end at microseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from ingest.influx.point import (
    DAILY_MEASUREMENTS,
    EPOCH,
    FIGURES,
    MEASUREMENTS,
    NUMBERS,
    TRUTHS,
    WHOLES,
    WORDS,
    Key,
    Point,
    Value,
)

_ROWS: Final = """
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
    |> map(fn: (r) => ({r with at: int(v: r._time)}))
    |> drop(columns: ["_start", "_stop", "_time"])"""

_NEWEST: Final = """
    |> filter(fn: (r) => r.speaks)
    |> group(columns: ["resident"])
    |> sort(columns: ["taken_at", "reading_id"])
    |> last(column: "taken_at")"""

_END: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Later than any reading, and sooner than the server's time ends (2262)."""


def held(bucket: str, begin: datetime, end: datetime) -> str:
    """Every point between two moments."""
    both = (*MEASUREMENTS, *DAILY_MEASUREMENTS)
    return f"{_range(bucket, begin, end)}\n{_any_of('_measurement', both)}{_ROWS}"


def window(bucket: str, resident: UUID, begin: datetime, end: datetime) -> str:
    """What one resident has between two whole seconds."""
    asked = f"{_range(bucket, begin, end)}\n{_any_of('_measurement', MEASUREMENTS)}"
    return f"{asked}\n{_any_of('resident', [str(resident)])}{_ROWS}"


def latest(bucket: str, residents: Iterable[UUID], kind: str) -> str:
    """The newest of each resident that says something of them."""
    asked = f"{_range(bucket, EPOCH, _END)}\n{_any_of('_measurement', [kind])}"
    return f"{asked}\n{_any_of('resident', map(str, residents))}{_ROWS}{_NEWEST}"


def read(values: Mapping[str, Any]) -> Point:
    """One record of an answer."""
    key = Key(values["_measurement"], UUID(values["resident"]), values.get("unit"), int(values["at"]))
    fields: dict[str, Value] = {
        name: _value(name, values[name])
        for name in (*NUMBERS, *FIGURES, *WORDS, *WHOLES, *TRUTHS)
        if values.get(name) is not None
    }
    return Point(key, fields)


def _value(name: str, value: Any) -> Value:  # noqa: ANN401 - what the client made of it
    """A server keeps a number as binary floating point; the shortest text of that is the meter's own."""
    if name in NUMBERS or name in {"mean", "lowest", "highest"}:
        return Decimal(repr(float(value)))
    if name in WHOLES or name == "readings":
        return int(value)
    return bool(value) if name in TRUTHS else str(value)


def _range(bucket: str, begin: datetime, end: datetime) -> str:
    return f"from(bucket: {quoted(bucket)})\n    |> range(start: {instant(begin)}, stop: {instant(end)})"


def _any_of(column: str, words: Iterable[str]) -> str:
    said = " or ".join(f"r.{column} == {quoted(word)}" for word in words)
    return f"    |> filter(fn: (r) => {said})"


def instant(at: datetime) -> str:
    """A whole second as a time literal."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def quoted(word: str) -> str:
    r"""A string in Flux (Flux documentation, "String literals"): `${` would begin an expression."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${") + '"'
