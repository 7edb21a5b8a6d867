"""Stored readings that arrive again: attributed or superseded where that tells something new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

import msgspec
from psycopg import Cursor

from device_drivers.wire.reading import Context
from ingest.door.content import Content, content_of
from ingest.door.details import Details, details_of
from ingest.door.rebinding import SECOND_SOURCE
from ingest.store.rows import Incoming, Key, as_json
from ingest.store.superseding import Stored, lock, move, revise

_IN_FORCE: Final = """
select distinct on (r.meter, r.reading_id)
       r.meter, r.reading_id, r.flags, r.quality, r.context::text, r.received_at, r.corrected,
       r.kind, r.unit, r.systolic, r.diastolic, r.mean, r.pulse, r.concentration, r.beyond, r.sample,
       r.location, r.slot
from ingest.readings r
join unnest(%s::uuid[], %s::timestamptz[], %s::uuid[]) as n (resident, taken_at, reading_id)
  using (resident, taken_at, reading_id)
order by r.meter, r.reading_id, r.revision desc
"""

_IN_FORCE_UNATTRIBUTED: Final = """
select distinct on (u.meter, u.reading_id)
       u.meter, u.reading_id, u.flags, u.quality, u.context::text, u.received_at, u.corrected,
       u.kind, u.unit, u.systolic, u.diastolic, u.mean, u.pulse, u.concentration, u.beyond, u.sample,
       u.location, u.slot
from ingest.unattributed u
join unnest(%s::text[], %s::uuid[]) as n (meter, reading_id) using (meter, reading_id)
order by u.meter, u.reading_id, u.revision desc
"""

_CHANGED: Final[Mapping[str, LiteralString]] = {
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


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The residents of whom something is known otherwise than before, and the deliveries whose numbers
    contradict what is stored under their id: the first ones stay."""

    residents: set[UUID]
    contradictions: list[Incoming]


def reconcile(cursor: Cursor, repeats: Iterable[Incoming], now: datetime) -> Reconciled:
    """Let repeated readings add what they alone know. Their identities stay locked until the commit."""
    by_key: dict[Key, list[Incoming]] = {}
    for item in repeats:
        by_key.setdefault(item.key, []).append(item)
    if not by_key:
        return Reconciled(set(), [])
    before = lock(cursor, list(by_key))
    stored = _attribute(cursor, before, by_key, now)
    changed = {new.resident for old, new in zip(before, stored, strict=True) if new is not old}
    in_force = _in_force(cursor, stored)
    contradictions = []
    for place in stored:
        if place.key not in in_force:
            continue  # its month is archived: what was known there stays as it is
        best, content = in_force[place.key]
        for item in by_key[place.key]:
            told = details_of(item.reading).under(best)
            if content_of(item.reading) != content:
                contradictions.append(item)
            elif told.supersede(best):
                best = told
                _supersede(cursor, place, item, told, now)
                changed.add(place.resident)
    return Reconciled({each for each in changed if each is not None}, contradictions)


def _attribute(
    cursor: Cursor, stored: Sequence[Stored], by_key: Mapping[Key, Sequence[Incoming]], now: datetime
) -> list[Stored]:
    """Where the readings stand after those were moved that this delivery can attribute. What a person called
    nobody's stays so, whatever a gateway believes."""
    after = [place if place.resident else _owned(place, by_key[place.key]) for place in stored]
    moving = [new for old, new in zip(stored, after, strict=True) if new is not old]
    if moving:
        move(cursor, moving, by=SECOND_SOURCE, now=now)
    return after


def _owned(place: Stored, deliveries: Iterable[Incoming]) -> Stored:
    if place.is_for_people:
        return place
    resident = next((item.resident for item in deliveries if item.resident), None)
    return replace(place, resident=resident) if resident else place


def _in_force(cursor: Cursor, stored: Sequence[Stored]) -> dict[Key, tuple[Details, Content]]:
    owned = [place for place in stored if place.resident]
    others = [place for place in stored if not place.resident]
    found = {}
    for statement, columns in (
        (_IN_FORCE, [[p.resident for p in owned], [p.taken_at for p in owned], [p.key[1] for p in owned]]),
        (_IN_FORCE_UNATTRIBUTED, [[p.key[0] for p in others], [p.key[1] for p in others]]),
    ):
        for meter, reading, flags, quality, context, received_at, corrected, *content in cursor.execute(
            statement, columns
        ):
            details = Details(tuple(flags), quality, _context(context), received_at, frozenset(corrected))
            found[meter, reading] = details, _content(*content)
    return found


def _content(kind: str, unit: str | None, *others: Any) -> Content:  # noqa: ANN401 - columns
    return Content(kind, unit, numbers=tuple(others[:5]), words=tuple(others[5:8]), slot=others[8])


def _context(text: str | None) -> Context | None:
    return None if text is None else msgspec.json.decode(text, type=Context)


def _supersede(cursor: Cursor, place: Stored, item: Incoming, details: Details, now: datetime) -> None:
    """A new revision of the row in force. What was estimated when it was first stored stays as it was."""
    heard, sealed = item.reading.heard, item.batch.sealed
    values = {
        "now": now,
        "received_at": heard.at,
        "received_synced": heard.synced,
        "flags": list(details.flags),
        "quality": details.quality,
        "context": as_json(details.context),
        "gateway": sealed.gateway,
        "stream": sealed.stream,
        "batch_seq": sealed.seq,
    }
    revise(cursor, place, _CHANGED, values)
