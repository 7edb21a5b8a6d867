"""Stored readings that arrive again: attributed or superseded where that tells something new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

import msgspec
from psycopg import Cursor, sql

from device_drivers.wire.reading import Context
from ingest.details import Details, details_of
from ingest.store import reading_steps
from ingest.store.rows import FACTS, Incoming, Key, as_json


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a reading stands: in `readings` of a resident, or in `unattributed`."""

    key: Key
    taken_at: datetime
    resident: UUID | None


_LOCK: Final = """
select i.meter, i.reading_id, i.taken_at, i.resident
from ingest.reading_identity i
join unnest(%s::text[], %s::uuid[]) as n (meter, reading_id) using (meter, reading_id)
order by i.meter, i.reading_id
for update of i
"""

_MOVE: Final = """
with moved as (
    delete from ingest.unattributed u
    using unnest(%s::text[], %s::uuid[], %s::uuid[]) as n (meter, reading_id, resident)
    where u.meter = n.meter and u.reading_id = n.reading_id
    returning u.*, n.resident
)
insert into ingest.readings (resident, attributed_by, attributed_at, {facts})
select resident, %s, %s, {facts} from moved
"""

_NAME: Final = """
update ingest.reading_identity i set resident = n.resident
from unnest(%s::text[], %s::uuid[], %s::uuid[]) as n (meter, reading_id, resident)
where i.meter = n.meter and i.reading_id = n.reading_id
"""

_IN_FORCE: Final = """
select distinct on (r.meter, r.reading_id)
       r.meter, r.reading_id, r.flags, r.quality, r.context::text, r.received_at
from ingest.readings r
join unnest(%s::uuid[], %s::timestamptz[], %s::uuid[]) as n (resident, taken_at, reading_id)
  using (resident, taken_at, reading_id)
order by r.meter, r.reading_id, r.revision desc
"""

_IN_FORCE_UNATTRIBUTED: Final = """
select distinct on (u.meter, u.reading_id)
       u.meter, u.reading_id, u.flags, u.quality, u.context::text, u.received_at
from ingest.unattributed u
join unnest(%s::text[], %s::uuid[]) as n (meter, reading_id) using (meter, reading_id)
order by u.meter, u.reading_id, u.revision desc
"""

_SUPERSEDE: Final = """
insert into {table} ({columns})
select {values} from {table}
where {place} and reading_id = %(reading_id)s
order by revision desc limit 1
"""

_CHANGED: Final[Mapping[str, LiteralString]] = {
    "revision": "revision + 1",
    "stored_at": "%(now)s",
    "received_at": "%(received_at)s",
    "received_synced": "%(received_synced)s",
    "flags": "%(flags)s::text[]",
    "quality": "%(quality)s",
    "context": "%(context)s::jsonb",
    "gateway": "%(gateway)s",
    "stream": "%(stream)s",
    "batch_seq": "%(batch_seq)s",
}


def reconcile(cursor: Cursor, repeats: Iterable[Incoming], now: datetime) -> set[UUID]:
    """Let repeated readings add what they alone know. Their identities stay locked until the commit.

    Returns the residents of whom something is known otherwise than before.
    """
    by_key: dict[Key, list[Incoming]] = {}
    for item in repeats:
        by_key.setdefault(item.key, []).append(item)
    if not by_key:
        return set()
    before = lock(cursor, list(by_key))
    stored = _attribute(cursor, before, by_key, now)
    changed = {new.resident for old, new in zip(before, stored, strict=True) if new is not old}
    in_force = _in_force(cursor, stored)
    for place in stored:
        best = in_force.get(place.key)
        if best is None:
            continue  # its month is archived: what was known there stays as it is
        for item in by_key[place.key]:
            if details_of(item.reading).supersede(best):
                best = details_of(item.reading)
                _supersede(cursor, place, item, now)
                changed.add(place.resident)
    return {resident for resident in changed if resident is not None}


def lock(cursor: Cursor, keys: Sequence[Key]) -> list[Stored]:
    """Where these readings stand, locked in the order of their keys."""
    cursor.execute(_LOCK, [[key[0] for key in keys], [key[1] for key in keys]])
    return [Stored((meter, reading), taken_at, resident) for meter, reading, taken_at, resident in cursor]


def move(cursor: Cursor, owned: Sequence[Stored], *, by: str, now: datetime) -> None:
    """Bring unattributed readings, locked before, to the resident that each now names."""
    columns = [
        [place.key[0] for place in owned],
        [place.key[1] for place in owned],
        [place.resident for place in owned],
    ]
    facts = sql.SQL(", ").join(map(sql.Identifier, FACTS))
    cursor.execute(sql.SQL(_MOVE).format(facts=facts), [*columns, by, now])
    cursor.execute(_NAME, columns)


def _attribute(
    cursor: Cursor, stored: Sequence[Stored], by_key: Mapping[Key, Sequence[Incoming]], now: datetime
) -> list[Stored]:
    """Where the readings stand after those were moved that this delivery can attribute. What a person called
    nobody's stays so, whatever a gateway believes."""
    nobodys = reading_steps.dismissed(cursor, [place.key for place in stored if not place.resident])
    after = [
        place if place.resident or place.key in nobodys else _owned(place, by_key[place.key])
        for place in stored
    ]
    moving = [new for old, new in zip(stored, after, strict=True) if new is not old]
    if moving:
        move(cursor, moving, by="second source", now=now)
    return after


def _owned(place: Stored, deliveries: Iterable[Incoming]) -> Stored:
    resident = next((item.resident for item in deliveries if item.resident), None)
    return replace(place, resident=resident) if resident else place


def _in_force(cursor: Cursor, stored: Sequence[Stored]) -> dict[Key, Details]:
    owned = [place for place in stored if place.resident]
    others = [place for place in stored if not place.resident]
    details = {}
    for statement, columns in (
        (_IN_FORCE, [[p.resident for p in owned], [p.taken_at for p in owned], [p.key[1] for p in owned]]),
        (_IN_FORCE_UNATTRIBUTED, [[p.key[0] for p in others], [p.key[1] for p in others]]),
    ):
        for meter, reading, flags, quality, context, received_at in cursor.execute(statement, columns):
            details[meter, reading] = Details(tuple(flags), quality, _context(context), received_at)
    return details


def _context(text: str | None) -> Context | None:
    return None if text is None else msgspec.json.decode(text, type=Context)


def _supersede(cursor: Cursor, place: Stored, item: Incoming, now: datetime) -> None:
    """A new revision of the row in force. What was estimated when it was first stored stays as it was."""
    reading, sealed = item.reading, item.batch.sealed
    values = {
        "reading_id": reading.reading_id,
        "meter": place.key[0],
        "taken_at": place.taken_at,
        "resident": place.resident,
        "now": now,
        "received_at": reading.heard.at,
        "received_synced": reading.heard.synced,
        "flags": list(reading.flags),
        "quality": reading.quality,
        "context": as_json(reading.context),
        "gateway": sealed.gateway,
        "stream": sealed.stream,
        "batch_seq": sealed.seq,
    }
    cursor.execute(_superseding_readings() if place.resident else _superseding_unattributed(), values)


def _superseding_readings() -> sql.Composed:
    return _superseding(
        "readings",
        own=("resident", "attributed_by", "attributed_at"),
        place="resident = %(resident)s and taken_at = %(taken_at)s",
    )


def _superseding_unattributed() -> sql.Composed:
    return _superseding("unattributed", own=("home",), place="meter = %(meter)s")


def _superseding(table: str, *, own: tuple[str, ...], place: LiteralString) -> sql.Composed:
    columns = (*own, *FACTS)
    return sql.SQL(_SUPERSEDE).format(
        table=sql.Identifier("ingest", table),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        values=sql.SQL(", ").join(
            sql.SQL(_CHANGED[name]) if name in _CHANGED else sql.Identifier(name) for name in columns
        ),
        place=sql.SQL(place),
    )
