"""How fast a resident's months and the newest of many residents are read, beside the same rows in one plain
table whose key is all that is asked for."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg import Connection

from hearthline.bench.filling import OF_A_RESIDENT, fill, residents, year_before
from hearthline.bench.servers import databases
from ingest.series.postgres import PostgresSeries

_WINDOW: Final = timedelta(days=90)
_MANY: Final = 1_000
_TRIES: Final = 200

_PLAIN: Final = """
create table public.plain as
select resident, taken_at, reading_id, stored_at, kind, unit, systolic, diastolic, pulse, concentration,
       beyond, context, quality, flags
from ingest.readings where resident = any(%s) order by resident, taken_at
"""

_RAW_WINDOW: Final = "select * from public.plain where resident = %s and taken_at >= %s and taken_at < %s"

_RAW_LATEST: Final = """
select p.* from unnest(%s::uuid[]) as r (resident) cross join lateral (
    select * from public.plain p where p.resident = r.resident order by taken_at desc limit 1
) p
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds; of each pair the ratio is raw over ours. `window`: 90 days of one resident; `latest`: the
    newest of 1 000 residents, or of all if there are fewer."""

    rows: int
    residents: int
    window_rows: int
    window_p50_ms: float
    window_p95_ms: float
    raw_window_p50_ms: float
    window_ratio: float
    days_p50_ms: float
    latest_p50_ms: float
    latest_p95_ms: float
    raw_latest_p50_ms: float
    latest_ratio: float


def measure(rows: int, told: Callable[[str], None]) -> Figures:
    """About so many readings: a year of four a day of each resident. `told` hears how far filling is."""
    people = max(1, rows // OF_A_RESIDENT)
    past = year_before(datetime.now(UTC))
    with databases("series") as (url,), psycopg.connect(url, autocommit=True) as connection:
        fill(connection, range(1, people + 1), past, told)
        return measure_on(connection, people, past[1])


def measure_on(connection: Connection, people: int, end: datetime) -> Figures:
    """Of so many whose homes' past was filled until then."""
    chance = random.Random(1)  # noqa: S311 - seeded
    asked = sorted(chance.sample(residents(connection, people), min(_MANY, people)))
    connection.execute(_PLAIN, (asked,))
    connection.execute("create index on public.plain (resident, taken_at)")
    connection.execute("vacuum analyze")
    return _figures(connection, asked, chance, end)


def _figures(connection: Connection, asked: list[UUID], chance: random.Random, end: datetime) -> Figures:
    series = PostgresSeries(connection, ZoneInfo("Asia/Shanghai"))
    ones = [chance.choice(asked) for _ in range(_TRIES)]
    begin = end - _WINDOW
    window = _times(lambda turn: len(series.window(ones[turn], begin, end)))
    raw_window = _times(
        lambda turn: len(connection.execute(_RAW_WINDOW, (ones[turn], begin, end)).fetchall())
    )
    days = _times(lambda turn: len(series.aggregates(ones[turn], begin.date(), end.date(), "day")))
    latest = _times(lambda _turn: len(series.latest(asked, "blood_pressure")))
    raw_latest = _times(lambda _turn: len(connection.execute(_RAW_LATEST, (asked,)).fetchall()))
    return Figures(
        rows=_count(connection, "ingest.readings"),
        residents=_count(connection, "ingest.latest"),
        window_rows=len(series.window(ones[0], begin, end)),
        window_p50_ms=_part(window, 0.5),
        window_p95_ms=_part(window, 0.95),
        raw_window_p50_ms=_part(raw_window, 0.5),
        window_ratio=round(_part(raw_window, 0.5) / _part(window, 0.5), 2),
        days_p50_ms=_part(days, 0.5),
        latest_p50_ms=_part(latest, 0.5),
        latest_p95_ms=_part(latest, 0.95),
        raw_latest_p50_ms=_part(raw_latest, 0.5),
        latest_ratio=round(_part(raw_latest, 0.5) / _part(latest, 0.5), 2),
    )


def _times(ask: Callable[[int], int]) -> list[float]:
    """Sorted milliseconds of many asks; an ask that finds nothing measures nothing."""
    found = []
    for turn in range(_TRIES):
        begin = time.perf_counter()
        if not ask(turn):
            raise RuntimeError("nothing was found")
        found.append((time.perf_counter() - begin) * 1000)
    return sorted(found)


def _part(times: list[float], part: float) -> float:
    return round(times[int(part * (len(times) - 1))], 2)


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}".encode()).fetchone()  # noqa: S608 - our own names
    return 0 if row is None else int(row[0])
