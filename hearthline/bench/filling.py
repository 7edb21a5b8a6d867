"""A city's past: readings as months of homes would have left them, made inside the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg import Connection

from ingest.months import Month
from ingest.retention import is_settled
from ingest.store.months import Months

DAYS: Final = 365
A_DAY: Final = 4
OF_A_RESIDENT: Final = DAYS * A_DAY
"""Readings: a year of four a day."""

_READINGS: Final = """
insert into ingest.readings (resident, taken_at, stored_at, attributed_at, received_at, kind, unit, systolic,
    diastolic, pulse, reading_id, attributed_by, meter, revision, method, received_synced, boot, uptime_ms,
    quality, flags, time_words, value_words, user_words, identity, meter_key_kind, meter_recipe,
    meter_address, driver, driver_version, gateway, stream, batch_seq)
select resident, at, at, at, at, 'blood_pressure', 'mmHg', 110 + person %% 60,
    70 + person %% 30, 66, md5(person || ' ' || at)::uuid, 'binding', {meter}, 0, 'meter_offset',
    true, 'boot', 1, 'ok', '{{}}', '', '', '', 'time 0', 'serial', 1, 'C0:FF:EE:00:00:01', 'blood_pressure',
    '1', md5('gateway ' || person)::uuid, md5('stream ' || person)::uuid, 1
from {times}
"""

_IDENTITIES: Final = """
insert into ingest.reading_identity (meter, reading_id, taken_at, resident)
select {meter}, md5(person || ' ' || at)::uuid, at, resident from {times}
"""

_BATCHES: Final = """
insert into ingest.batch (gateway, stream, seq, link, prev_link, outcome, refusals, readings, claim, lineage,
                          sealed_at, stored_at)
select md5('gateway ' || person)::uuid, md5('stream ' || person)::uuid,
       extract(epoch from at)::bigint / 43200, sha256((person || ' ' || at)::bytea),
       sha256((person || ' ' || at)::bytea), 'stored', '[]', 2, 1, 1, at, at
from {times} where number = 1
"""
"""Of the last month: what is older is folded."""

_PARTS: Final = {
    "meter": "'BP-' || lpad(person::text, 6, '0')",
    # A resident after the other, and of each the sittings: twice a day two readings.
    "times": """(select person, md5('resident ' || person)::uuid as resident
                 from generate_series(%(first)s::int, %(last)s::int) as person order by resident) as people
        cross join lateral generate_series(
            %(begin)s::timestamptz + person %% 3600 * interval '1 second', %(end)s, interval '12 hours'
        ) as sitting (begin)
        cross join lateral unnest(array[sitting.begin, sitting.begin + interval '1 minute'])
            with ordinality as reading (at, number)""",
}

_LATEST: Final = """
insert into ingest.latest (resident, kind, taken_at, reading_id)
select distinct on (resident) resident, kind, taken_at, reading_id from ingest.readings
where taken_at >= %s order by resident, taken_at desc
on conflict do nothing
"""


# A city's rounds have long gone over what it stored. Else they would do so while the newest is measured.
_LOOKED_AT: Final = (
    "update ingest.meter_cursor set tx = pg_current_xact_id()",
    "update ingest.ledger_cursor set tx = pg_current_xact_id()",
)


def year_before(now: datetime) -> tuple[datetime, datetime]:
    """The last 365 whole days."""
    end = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return end - timedelta(days=DAYS), end


def fill(
    connection: Connection, people: range, between: tuple[datetime, datetime], told: Callable[[str], None]
) -> None:
    """Store what these residents' homes sent meanwhile: readings, identities, the last month's batches, and
    which are the newest. `told` hears how far it is."""
    begin, end = between
    months = [Month.of(begin).after(number) for number in range(DAYS // 28 + 1)]
    Months().ensure(connection, months)
    wanted = {"first": people.start, "last": people.stop - 1}
    for month in months:
        first, last = max(begin, _begin(month)), min(end, _begin(month.after(1)))
        for span in _spans(first, last, in_order=is_settled(month, end)):
            for statement in (_IDENTITIES, _READINGS):
                connection.execute(statement.format(**_PARTS).encode(), {**wanted, **span})
        if is_settled(month, end):
            connection.execute(f"alter table ingest.{month.table} cluster on {month.table}_pkey".encode())
        told(f"{month} filled")
    last_month = {"begin": end - timedelta(days=30), "end": end}
    connection.execute(_BATCHES.format(**_PARTS).encode(), {**wanted, **last_month})
    connection.execute(_LATEST, (end - timedelta(days=3),))
    for statement in _LOOKED_AT:
        connection.execute(statement.encode())


def residents(connection: Connection, people: int) -> list[UUID]:
    """Those whose homes' past is filled in."""
    named = "select md5('resident ' || person)::uuid from generate_series(1, %s) as person"
    return [resident for (resident,) in connection.execute(named, (people,)).fetchall()]


def _spans(begin: datetime, end: datetime, *, in_order: bool) -> Iterator[dict[str, datetime]]:
    """A month that the rounds have put in order at once; else half a day after the other, as it came in."""
    step = end - begin if in_order else timedelta(hours=12)
    while begin < end:
        yield {"begin": begin, "end": begin + step - timedelta(seconds=1)}
        begin += step


def _begin(month: Month) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)
