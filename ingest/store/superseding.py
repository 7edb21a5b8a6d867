"""A reading's next row, made from the one in force: nothing that was stored is overwritten.

It stands beside the old row or, when the reading changes hands, in another's place. Revisions count on over
all of them, so the highest is in force wherever it stands. Readings are locked by their identities first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, LiteralString
from uuid import UUID

from psycopg import Cursor, sql

from ingest.months import Month
from ingest.store import reading_steps
from ingest.store.months import Months
from ingest.store.rows import FACTS, Key

_CARRIED: Final = (*FACTS, "corrected")
"""What a row hands on to the next."""

_Table = Literal["readings", "unattributed"]

_OWN: Final[Mapping[_Table, tuple[str, ...]]] = {
    "readings": ("resident", "attributed_by", "attributed_at"),
    "unattributed": ("home",),
}

_PLACE: Final[Mapping[_Table, LiteralString]] = {
    "readings": "resident = %(resident)s and taken_at = %(taken_at)s and reading_id = %(reading_id)s",
    "unattributed": "meter = %(meter)s and reading_id = %(reading_id)s",
}

_APPEND: Final = """
insert into {target} ({columns})
select {values} from {source} old where {place} order by revision desc limit 1
"""

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
insert into ingest.readings (resident, attributed_by, attributed_at, {carried})
select resident, %s, %s, {carried} from moved
"""

_NAME: Final = """
update ingest.reading_identity i set resident = n.resident
from unnest(%s::text[], %s::uuid[], %s::uuid[]) as n (meter, reading_id, resident)
where i.meter = n.meter and i.reading_id = n.reading_id
"""

_TAKEN: Final[Mapping[str, LiteralString]] = {"attributed_by": "%(by)s", "attributed_at": "%(at)s"}

_TO_OWNER: Final[Mapping[str, LiteralString]] = {**_TAKEN, "resident": "%(owner)s"}

# `readings` do not say which home it was; a gateway is asked where it stands.
_TO_NOBODY: Final[Mapping[str, LiteralString]] = {
    "home": "(select g.home from ingest.gateway g where g.id = old.gateway)"
}


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a reading stands: in `readings` of a resident, or in `unattributed`. One that `is_for_people`
    waits there because somebody said so: no binding and no delivery gives it an owner."""

    key: Key
    taken_at: datetime
    resident: UUID | None
    is_for_people: bool = False


@dataclass(frozen=True, slots=True)
class Hand:
    """Who, or what, gives a reading to somebody, and when."""

    by: str
    at: datetime


def lock(cursor: Cursor, keys: Sequence[Key]) -> list[Stored]:
    """Where these readings stand, locked in the order of their keys."""
    cursor.execute(_LOCK, [[key[0] for key in keys], [key[1] for key in keys]])
    found = cursor.fetchall()
    # Asked when nobody can say anything else any more.
    nobodys = reading_steps.nobodys(
        cursor, [(meter, reading) for meter, reading, _, owner in found if not owner]
    )
    return [
        Stored((meter, reading), taken_at, resident, (meter, reading) in nobodys)
        for meter, reading, taken_at, resident in found
    ]


def move(cursor: Cursor, owned: Sequence[Stored], *, by: str, now: datetime) -> None:
    """Bring unattributed readings, locked before, to the resident that each now names."""
    # One may have waited longer than its month stood.
    Months().ensure(cursor.connection, {Month.of(place.taken_at) for place in owned})
    carried = sql.SQL(", ").join(map(sql.Identifier, _CARRIED))
    cursor.execute(sql.SQL(_MOVE).format(carried=carried), [*_columns(owned), by, now])
    cursor.execute(_NAME, _columns(owned))


def hand_over(cursor: Cursor, place: Stored, owner: UUID | None, hand: Hand) -> bool:
    """Give a reading, locked before, to another than has it; nobody that we know of is None. False, with
    nothing done, where its month is archived."""
    named = replace(place, resident=owner)
    if place.resident is None:
        move(cursor, [named], by=hand.by, now=hand.at)
        return True
    values = {"by": hand.by, "at": hand.at, "owner": owner}
    if not _append(cursor, place, "readings", changes={**_TAKEN, "withdrawn": "true"}, values=values):
        return False
    target: _Table = "unattributed" if owner is None else "readings"
    changes = _TO_NOBODY if owner is None else _TO_OWNER
    _append(cursor, place, target, changes=changes, values=values)
    cursor.execute(_NAME, _columns([named]))
    return True


def revise(
    cursor: Cursor, place: Stored, changes: Mapping[str, LiteralString], values: Mapping[str, object]
) -> bool:
    """Other details of the same reading. `changes` name columns with expressions over `values` and the row in
    force. False, with nothing done, where its month is archived."""
    table: _Table = "unattributed" if place.resident is None else "readings"
    return _append(cursor, place, table, changes=changes, values=values)


def _columns(places: Sequence[Stored]) -> list[list[object]]:
    return [
        [place.key[0] for place in places],
        [place.key[1] for place in places],
        [place.resident for place in places],
    ]


def _append(
    cursor: Cursor,
    place: Stored,
    target: _Table,
    *,
    changes: Mapping[str, LiteralString],
    values: Mapping[str, object],
) -> bool:
    where = {
        "meter": place.key[0],
        "reading_id": place.key[1],
        "taken_at": place.taken_at,
        "resident": place.resident,
    }
    source: _Table = "unattributed" if place.resident is None else "readings"
    statement = _statement(source, target, {"revision": "revision + 1", **changes})
    return cursor.execute(statement, {**values, **where}).rowcount == 1


def _statement(source: _Table, target: _Table, changes: Mapping[str, LiteralString]) -> sql.Composed:
    carried = (*_OWN[target], *_CARRIED)
    columns = [*carried, *(name for name in changes if name not in carried)]
    return sql.SQL(_APPEND).format(
        target=sql.Identifier("ingest", target),
        source=sql.Identifier("ingest", source),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        values=sql.SQL(", ").join(
            sql.SQL(changes[name]) if name in changes else sql.Identifier(name) for name in columns
        ),
        place=sql.SQL(_PLACE[source]),
    )
