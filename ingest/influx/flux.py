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

from ingest.influx.point import MEASUREMENTS, NUMBERS, TRUTHS, WHOLES, WORDS, Key, Point, Value

_ROWS: Final = """
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
    |> map(fn: (r) => ({r with at: int(v: r._time)}))
    |> drop(columns: ["_start", "_stop", "_time"])"""


def held(bucket: str, begin: datetime, end: datetime) -> str:
    """Every point between two moments."""
    return f"{_range(bucket, begin, end)}\n{_any_of('_measurement', MEASUREMENTS)}{_ROWS}"


def read(values: Mapping[str, Any]) -> Point:
    """One record of an answer."""
    key = Key(values["_measurement"], UUID(values["resident"]), values.get("unit"), int(values["at"]))
    fields: dict[str, Value] = {
        name: _value(name, values[name])
        for name in (*NUMBERS, *WORDS, *WHOLES, *TRUTHS)
        if values.get(name) is not None
    }
    return Point(key, fields)


def _value(name: str, value: Any) -> Value:  # noqa: ANN401 - what the client made of it
    """A server keeps a number as binary floating point; the shortest text of that is the meter's own."""
    if name in NUMBERS:
        return Decimal(repr(float(value)))
    if name in WHOLES:
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
