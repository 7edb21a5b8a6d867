"""New readings: identities first, and only what they let through enters `readings` or `unattributed`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg import Cursor, sql

from device_drivers.wire.reading import ByArrival
from ingest.store import latest, repeats
from ingest.store.rows import FACTS, Incoming, array, facts, line, moment

TWIN: Final = timedelta(minutes=2)
"""Equal values of one meter without clock or counter, so close together, may be one (design §1.3)."""

IDENTIFY: Final = """
insert into ingest.reading_identity (meter, reading_id, taken_at, resident)
select n.meter, n.reading_id, n.taken_at, nullif(n.resident, '')::uuid
from unnest(%s::text[], %s::uuid[], %s::timestamptz[], %s::text[])
    as n (meter, reading_id, taken_at, resident)
order by n.meter, n.reading_id
on conflict do nothing
returning meter, reading_id
"""

_TWINS: Final = """
with n as (
    select * from unnest(%(meter)s::text[], %(reading_id)s::uuid[], %(taken_at)s::timestamptz[],
                         %(received_at)s::timestamptz[], %(value)s::text[], %(user)s::text[])
        as n (meter, reading_id, taken_at, received_at, value_words, user_words)
)
select n.reading_id, min(s.reading_id::text)::uuid
from n join lateral (
    select r.reading_id, r.value_words, r.user_words, r.received_at from ingest.readings r
    where r.identity = 'arrival' and r.meter = n.meter
      and r.received_at between n.received_at - %(twin)s and n.received_at + %(twin)s
      and r.taken_at between n.taken_at - interval '1 day' and n.taken_at + interval '1 day'
    union all
    select u.reading_id, u.value_words, u.user_words, u.received_at from ingest.unattributed u
    where u.identity = 'arrival' and u.meter = n.meter
      and u.received_at between n.received_at - %(twin)s and n.received_at + %(twin)s
    union all
    select m.reading_id, m.value_words, m.user_words, m.received_at from n m
    where m.meter = n.meter and m.received_at >= n.received_at - %(twin)s
      and (m.received_at, m.reading_id) < (n.received_at, n.reading_id)
) s on s.value_words = n.value_words and s.user_words = n.user_words
group by n.reading_id
"""


def store(cursor: Cursor, incoming: Sequence[Incoming], now: datetime) -> list[Incoming]:
    """Store each reading once, however often and from wherever it comes. Returns those that contradict what
    was stored under their id before: they are not stored."""
    first: dict[_Name, Incoming] = {}
    for item in incoming:
        first.setdefault(_name(item), item)
    fresh = _identify(cursor, first)
    _write(cursor, fresh.values(), now)
    latest.note(cursor, fresh.values())
    if len(fresh) < len(incoming):
        again = [item for item in incoming if item is not fresh.get(_name(item))]
        reconciled = repeats.reconcile(cursor, again, now)
        latest.renew(cursor, reconciled.residents)
        return reconciled.contradictions
    return []


_Name = tuple[str, int]
"""A reading's key in its cheapest form: a UUID is hashed by code in Python."""


def _name(item: Incoming) -> _Name:
    return item.reading.meter.key, item.reading.reading_id.int


def _identify(cursor: Cursor, items: Mapping[_Name, Incoming]) -> Mapping[_Name, Incoming]:
    """Those that nobody had stored."""
    if not items:
        return items
    columns = (
        array(item.reading.meter.key for item in items.values()),
        array(item.reading.reading_id.hex for item in items.values()),
        array(moment(item.taken.at) for item in items.values()),
        # An empty text is no resident.
        array(item.resident.hex if item.resident else "" for item in items.values()),
    )
    cursor.execute(IDENTIFY, columns)
    if cursor.rowcount == len(items):
        return items
    return {name: items[name] for name in ((meter, reading.int) for meter, reading in cursor)}


def _write(cursor: Cursor, fresh: Collection[Incoming], now: datetime) -> None:
    twins = _twins(cursor, fresh)
    stored_at = moment(now)
    owned: list[str] = []
    others: list[str] = []
    for item in sorted(fresh, key=_locality):
        row = facts(item, stored_at=stored_at, suspect_duplicate=twins.get(item.reading.reading_id))
        if item.resident:
            owned.append(line((item.resident.hex, "binding", stored_at, *row)))
        else:
            others.append(line((item.batch.home.hex, *row)))
    _copy(cursor, "readings", ("resident", "attributed_by", "attributed_at", *FACTS), owned)
    _copy(cursor, "unattributed", ("home", *FACTS), others)


def _locality(item: Incoming) -> tuple[int, datetime, int]:
    """Rows of one resident and month land beside each other in table and index."""
    return (item.resident or item.batch.home).int, item.taken.at, item.reading.reading_id.int


def _copy(cursor: Cursor, table: str, columns: Iterable[str], lines: Sequence[str]) -> None:
    if not lines:
        return
    statement = sql.SQL("copy {table} ({columns}) from stdin").format(
        table=sql.Identifier("ingest", table), columns=sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(statement) as copy:
        copy.write("".join(lines))


def _twins(cursor: Cursor, fresh: Iterable[Incoming]) -> Mapping[UUID, UUID]:
    """For live readings without clock or counter: an equal one of that meter, heard at nearly that time."""
    arrivals = [item for item in fresh if isinstance(item.reading.identity, ByArrival)]
    if not arrivals:
        return {}
    columns = {
        "meter": [item.reading.meter.key for item in arrivals],
        "reading_id": [item.reading.reading_id for item in arrivals],
        "taken_at": [item.taken.at for item in arrivals],
        "received_at": [item.reading.heard.at for item in arrivals],
        "value": [item.reading.words.value for item in arrivals],
        "user": [item.reading.words.user for item in arrivals],
    }
    return dict(cursor.execute(_TWINS, {**columns, "twin": TWIN}).fetchall())
