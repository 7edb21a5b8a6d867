"""What ingest's speed depends on: how much is stored already, how large batches are, how many gateways hold a
connection. Each point is measured several times, beside the raw limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec
import psycopg
from msgspec import Struct
from psycopg import Connection

from hearthline.bench import series
from hearthline.bench.filling import OF_A_RESIDENT, fill, year_before
from hearthline.bench.ingest import Figures, Load, measure_on
from hearthline.bench.servers import databases

Axis = Literal["rows", "batch", "gateways"]

TRIES: Final = 3
_READINGS: Final = 60_000
_BATCHES: Final = (1, 2, 5, 10, 20, 50)
_GATEWAYS: Final = (100, 1_000, 10_000)
_SENDING: Final = 500
"""Gateways that send into the filled tables; their meters' keys lie all over the index of identities."""

Told = Callable[[str], None]


class Point(Struct, frozen=True):
    """Readings a second at one place of an axis, each try of the whole path and of the raw limit.

    `empty`: of the whole path into empty tables, in turn with those into filled ones. A machine is not as
    fast at the end of an hour as it was at its beginning.
    """

    at: int
    whole: tuple[int, ...]
    raw: tuple[int, ...]
    empty: tuple[int, ...] = ()


class Curve(Struct, frozen=True):
    """Points along an axis, measured on a day (ISO 8601). Along `rows`: how fast they are read, once all are
    stored."""

    axis: Axis
    day: str
    points: tuple[Point, ...]
    series: series.Figures | None = None


def measure(axis: Axis, rows: int, told: Told, *, tries: int = TRIES) -> Curve:
    """Along that axis; `rows` is how many readings are stored at the end of the first.

    Raises MissingError and TooManyError.
    """
    day = datetime.now(UTC).date().isoformat()
    match axis:
        case "rows":
            return _by_rows(day, rows, told, tries)
        case "batch":
            points = tuple(_on_empty(size, Load(_READINGS, size), told, tries) for size in _BATCHES)
        case "gateways":
            points = tuple(_on_empty(many, _connected(many), told, tries) for many in _GATEWAYS)
    return Curve(axis, day, points)


def read(content: bytes) -> Curve:
    """A curve that was written as JSON."""
    return msgspec.json.decode(content, type=Curve)


def _connected(many: int) -> Load:
    return Load(max(_READINGS, 20 * many), 10, many, connected=True)


def _on_empty(at: int, load: Load, told: Told, tries: int) -> Point:
    with databases("curve") as (database,):
        return _point(at, database, load, told, tries)


def _by_rows(day: str, rows: int, told: Told, tries: int) -> Curve:
    with databases("curve", "empty") as urls, psycopg.connect(urls[0], autocommit=True) as connection:
        past = year_before(datetime.now(UTC))
        people = max(16, rows // OF_A_RESIDENT)
        points = tuple(_filling(urls, connection, past, people, told, tries))
        told("reading what is stored")
        return Curve("rows", day, points, series.measure_on(connection, people, past[1]))


def _filling(
    urls: list[str],
    connection: Connection,
    past: tuple[datetime, datetime],
    people: int,
    told: Told,
    tries: int,
) -> Iterator[Point]:
    """Nothing, then a sixteenth, a quarter and all of it stored."""
    database, empty = urls
    filled = 0
    for share in (0, people // 16, people // 4, people):
        if share > filled:
            fill(connection, range(filled + 1, share + 1), past, told)
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")
            filled = share
        load = Load(_READINGS, 10, _SENDING, stride=max(1, people // (2 * _SENDING)))
        yield _point(share * OF_A_RESIDENT, database, load, told, tries, beside=empty if share else None)


def _point(at: int, database: str, load: Load, told: Told, tries: int, *, beside: str | None = None) -> Point:
    told(f"{at}: measuring")
    found: list[Figures] = []
    empty: list[int] = []
    for _ in range(tries):
        if beside is not None:
            empty.append(measure_on(beside, load).readings_per_s)
        found.append(measure_on(database, load))
    told(f"{at}: {', '.join(str(each.readings_per_s) for each in found)} readings/s")
    return Point(
        at,
        whole=tuple(each.readings_per_s for each in found),
        raw=tuple(each.raw_rows_per_s for each in found),
        empty=tuple(empty),
    )
