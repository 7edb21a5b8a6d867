"""How fast one engine judges stored readings with the full rule set until the episodes are committed, against
the raw limit: the same rows read and as many episodes written, without judging."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import psycopg
from psycopg import Connection
from sqlalchemy.orm import Session, sessionmaker

from alerts.care import Care, Concern
from alerts.engine import Engine
from alerts.main import calm_collector, connect
from alerts.shards import ALL
from alerts.store import arrivals, cursors
from hearthline.bench.servers import databases
from ingest.months import Month
from ingest.store.months import Months

_DAYS: Final = 40
_BATCH: Final = 2_000
_BEGIN: Final = datetime(2026, 1, 5, tzinfo=UTC)

_COPY: Final = """
copy ingest.readings (resident, taken_at, stored_at, attributed_at, received_at, kind, unit, systolic,
    diastolic, pulse, concentration, context, reading_id, attributed_by, meter, revision, method,
    received_synced, boot, uptime_ms, quality, flags, time_words, value_words, user_words, identity,
    meter_key_kind, meter_recipe, meter_address, driver, driver_version, gateway, stream, batch_seq)
from stdin
"""

_COPY_OF_EPISODES: Final = """
insert into alerts.episode
select gen_random_uuid(), resident, cause, late, level, opened_at, heard_at, crossed_at, confirmed_at,
       confirmed_by, paged_at, coalesce(closed_at, now()), provisional, reopened, version, place, owed, rules,
       settings, inputs, state
from alerts.episode
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """`readings_per_s`: whole histories, day by day. `residents_per_s`: one sitting each of people of whom
    nothing is in memory, so that their 40 days are loaded. `ratio` is readings_per_s over the raw limit."""

    readings_per_s: int
    residents_per_s: int
    raw_readings_per_s: int
    ratio: float
    readings: int
    residents: int
    episodes: int


class _Nobody:
    """Costs nothing, so that the engine alone is measured."""

    def attend(self, concern: Concern, now: datetime) -> UUID:  # noqa: ARG002 - as the protocol has it
        return concern.episode


def measure(residents: int) -> Figures:
    """So many residents with 40 days of pressures, morning and evening, and of fasting glucose."""
    people = [(uuid4(), random.Random(number)) for number in range(residents)]  # noqa: S311 - seeded
    end = _BEGIN + timedelta(days=_DAYS)
    with databases("judged") as (url,), psycopg.connect(url, autocommit=True) as connection:
        readings = sum(_store(connection, people, day) for day in range(_DAYS))
        connection.execute("vacuum analyze")
        raw_read_s = _read_alone(connection)
        seconds = _judge(url, end)
        raw_s = raw_read_s + _write_alone(connection)
        _store(connection, people, _DAYS)
        cold_s = _judge(url, end + timedelta(days=1))
        return Figures(
            readings_per_s=round(readings / seconds),
            residents_per_s=round(residents / cold_s),
            raw_readings_per_s=round(readings / raw_s),
            ratio=round(raw_s / seconds, 2),
            readings=readings,
            residents=residents,
            episodes=_count(connection),
        )


def _store(connection: Connection, people: Iterable[tuple[UUID, random.Random]], day: int) -> int:
    """One day of everybody, as the day would have brought it; how many readings."""
    begin = _BEGIN + timedelta(days=day)
    months = Months()
    months.ensure(connection, [Month.of(begin)])
    rows = [row for person, chance in people for row in _day(person, begin, chance)]
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)
    return len(rows)


def _day(person: UUID, begin: datetime, chance: random.Random) -> Iterable[tuple[object, ...]]:
    """Two readings in the morning and two in the evening; every eighth person is often high."""
    base = 160 if person.int % 8 == 0 else 126
    for hour in (7, 20):
        for minute in (0, 2):
            at = begin + timedelta(hours=hour, minutes=minute + chance.random())
            pressures = base + chance.randint(-12, 12), 80 + chance.randint(-8, 8)
            yield _row(
                person, at, ("blood_pressure", "mmHg", *pressures, 60 + chance.randint(0, 20), None, None)
            )
    at = begin + timedelta(hours=6, minutes=30 + chance.random())
    value = round(chance.uniform(4.8, 7.2), 1)
    yield _row(person, at, ("glucose", "mmol/L", None, None, None, value, '{"meal": "fasting"}'))


def _row(person: UUID, at: datetime, values: tuple[object, ...]) -> tuple[object, ...]:
    stored = at + timedelta(seconds=3)
    told = (uuid4(), "binding", "M-1", 0, "received", True, "boot", 1, "ok", "{}", "", "", "", "sequence 1")
    return (person, at, stored, stored, stored, *values, *told, "serial", 1, "", "d", "1", person, person, 1)


def _judge(url: str, now: datetime) -> float:
    """Seconds of one engine that begins with nothing in memory."""
    calm_collector()
    database = connect(url)
    engine = Engine(sessionmaker(database), _nobody, at=lambda _point: None, batch=_BATCH)
    begin = time.perf_counter()
    while engine.step(now):
        pass
    seconds = time.perf_counter() - begin
    database.dispose()
    return seconds


def _nobody(_session: Session) -> Care:
    return _Nobody()


def _read_alone(connection: Connection) -> float:
    """Seconds to read every row as the engine reads it."""
    begin = time.perf_counter()
    for first in range(0, len(ALL), 16):
        with connection.transaction():
            taken = cursors.take(connection, ALL[first : first + 16])
            horizon = cursors.horizon(connection)
            while True:
                new = arrivals.read(connection, taken, horizon, _BATCH)
                if not new.is_cut:
                    break
                taken = {shard: cursors.Place(new.upper, 0) for shard in taken}
    return time.perf_counter() - begin


def _write_alone(connection: Connection) -> float:
    """Seconds to write as many episodes again, in one transaction that is rolled back."""
    begin = time.perf_counter()
    with connection.transaction(force_rollback=True):
        connection.execute(_COPY_OF_EPISODES)
    return time.perf_counter() - begin


def _count(connection: Connection) -> int:
    row = connection.execute("select count(*) from alerts.episode").fetchone()
    return 0 if row is None else int(row[0])
