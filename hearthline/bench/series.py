"""How fast a resident's months and the newest of many residents are read, beside the same rows in one plain
table whose key is all that is asked for."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg import Connection

from hearthline.bench.servers import databases
from ingest.months import Month
from ingest.series.postgres import PostgresSeries
from ingest.store.months import Months

_DAYS: Final = 365
_A_DAY: Final = 4
_WINDOW: Final = timedelta(days=90)
_MANY: Final = 1_000
_TRIES: Final = 200
_BEGIN: Final = datetime(2025, 1, 1, tzinfo=UTC)
_END: Final = _BEGIN + timedelta(days=_DAYS)

# Stored month by month, the residents of a day side by side, as they would have come in.
_FILL: Final = """
insert into ingest.readings (resident, taken_at, stored_at, attributed_at, received_at, kind, unit, systolic,
    diastolic, pulse, reading_id, attributed_by, meter, revision, method, received_synced, boot, uptime_ms,
    quality, flags, time_words, value_words, user_words, identity, meter_key_kind, meter_recipe,
    meter_address, driver, driver_version, gateway, stream, batch_seq)
select md5('resident ' || person)::uuid, at, at, at, at, 'blood_pressure', 'mmHg', 110 + person %% 60,
    70 + person %% 30, 66, md5(person || ' ' || at)::uuid, 'binding', 'BP-' || person, 0, 'meter_offset',
    true, 'boot', 1, 'ok', '{}', '', '', '', 'time 0', 'serial', 1, 'C0:FF:EE:00:00:01', 'blood_pressure',
    '1', md5('gateway ' || person)::uuid, md5('stream ' || person)::uuid, 1
from generate_series(%(begin)s::timestamptz, %(end)s::timestamptz - interval '1 second', interval '6 hours')
    with ordinality as time (tick, n)
cross join generate_series(1, %(people)s::int) as person
cross join lateral (select tick + person %% 3600 * interval '1 second' as at) as t
"""

_LATEST: Final = """
insert into ingest.latest (resident, kind, taken_at, reading_id)
select distinct on (resident) resident, kind, taken_at, reading_id from ingest.readings
where taken_at >= %s order by resident, taken_at desc
"""

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
    people = max(1, rows // (_DAYS * _A_DAY))
    chance = random.Random(1)  # noqa: S311 - seeded
    with databases("series") as (url,), psycopg.connect(url, autocommit=True) as connection:
        _fill(connection, people, told)
        asked = _residents(connection, chance)
        connection.execute(_PLAIN, (asked,))
        connection.execute("create index on public.plain (resident, taken_at)")
        connection.execute("vacuum analyze")
        return _figures(connection, asked, chance)


def _fill(connection: Connection, people: int, told: Callable[[str], None]) -> None:
    months = [Month.of(_BEGIN).after(number) for number in range(13)]
    Months().ensure(connection, months)
    for month, following in pairwise(months):
        wanted = {"begin": month.begin, "end": following.begin, "people": people}
        connection.execute(_FILL, wanted)
        told(f"{month.year}-{month.month:02} filled")
    connection.execute(_LATEST, (_END - timedelta(days=3),))


def _residents(connection: Connection, chance: random.Random) -> list[UUID]:
    found = [resident for (resident,) in connection.execute("select resident from ingest.latest order by 1")]
    return sorted(chance.sample(found, min(_MANY, len(found))))


def _figures(connection: Connection, asked: list[UUID], chance: random.Random) -> Figures:
    series = PostgresSeries(connection, ZoneInfo("Asia/Shanghai"))
    ones = [chance.choice(asked) for _ in range(_TRIES)]
    begin = _END - _WINDOW
    window = _times(lambda turn: len(series.window(ones[turn], begin, _END)))
    raw_window = _times(
        lambda turn: len(connection.execute(_RAW_WINDOW, (ones[turn], begin, _END)).fetchall())
    )
    days = _times(lambda turn: len(series.aggregates(ones[turn], begin.date(), _END.date(), "day")))
    latest = _times(lambda _turn: len(series.latest(asked, "blood_pressure")))
    raw_latest = _times(lambda _turn: len(connection.execute(_RAW_LATEST, (asked,)).fetchall()))
    return Figures(
        rows=_count(connection, "ingest.readings"),
        residents=_count(connection, "ingest.latest"),
        window_rows=len(series.window(ones[0], begin, _END)),
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
