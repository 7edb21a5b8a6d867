"""A city's past: readings as months of homes would have left them, made inside the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from psycopg import Connection

from ingest.months import Month
from ingest.store.months import Months

DAYS: Final = 365
A_DAY: Final = 4
OF_A_RESIDENT: Final = DAYS * A_DAY
"""Readings: a year of four a day."""

# Stored month by month, the residents of a day side by side, as they would have come in.
_READINGS: Final = """
insert into ingest.readings (resident, taken_at, stored_at, attributed_at, received_at, kind, unit, systolic,
    diastolic, pulse, reading_id, attributed_by, meter, revision, method, received_synced, boot, uptime_ms,
    quality, flags, time_words, value_words, user_words, identity, meter_key_kind, meter_recipe,
    meter_address, driver, driver_version, gateway, stream, batch_seq)
select md5('resident ' || person)::uuid, at, at, at, at, 'blood_pressure', 'mmHg', 110 + person %% 60,
    70 + person %% 30, 66, md5(person || ' ' || at)::uuid, 'binding', {meter}, 0, 'meter_offset',
    true, 'boot', 1, 'ok', '{{}}', '', '', '', 'time 0', 'serial', 1, 'C0:FF:EE:00:00:01', 'blood_pressure',
    '1', md5('gateway ' || person)::uuid, md5('stream ' || person)::uuid, 1
from {times}
"""

_IDENTITIES: Final = """
insert into ingest.reading_identity (meter, reading_id, taken_at, resident)
select {meter}, md5(person || ' ' || at)::uuid, at, md5('resident ' || person)::uuid from {times}
"""

_BATCHES: Final = """
insert into ingest.batch (gateway, stream, seq, link, prev_link, outcome, refusals, readings, claim, lineage,
                          sealed_at, stored_at)
select md5('gateway ' || person)::uuid, md5('stream ' || person)::uuid,
       extract(epoch from tick)::bigint / 21600, sha256((person || ' ' || tick)::bytea),
       sha256((person || ' ' || tick)::bytea), 'stored', '[]', 1, 1, 1, at, at
from {times}
"""
"""Of the last month: what is older is folded."""

_PARTS: Final = {
    "meter": "'BP-' || lpad(person::text, 6, '0')",
    "times": """generate_series(%(begin)s::timestamptz, %(end)s::timestamptz - interval '1 second',
                                interval '6 hours') as time (tick)
        cross join generate_series(%(first)s::int, %(last)s::int) as person
        cross join lateral (select tick + person %% 3600 * interval '1 second' as at) as t""",
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
        span = {"begin": max(begin, _begin(month)), "end": min(end, _begin(month.after(1)))}
        for statement in (_IDENTITIES, _READINGS):
            connection.execute(statement.format(**_PARTS).encode(), {**wanted, **span})
        told(f"{month.year}-{month.month:02} filled")
    last_month = {"begin": end - timedelta(days=30), "end": end}
    connection.execute(_BATCHES.format(**_PARTS).encode(), {**wanted, **last_month})
    connection.execute(_LATEST, (end - timedelta(days=3),))
    for statement in _LOOKED_AT:
        connection.execute(statement.encode())


def _begin(month: Month) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)
