"""What stands in quarantine, for people who look after it. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row, kwargs_row

State = Literal["open", "fixed", "replayed", "closed"]

# What nobody vouches for may name any gateway: it belongs to no institution.
_WITHIN: Final = """
(%(institutions)s::uuid[] is null or source <> 'anybody' and gateway in (
    select g.id from ingest.gateway g join ingest.home h on h.id = g.home
    where h.institution = any(%(institutions)s)
))
"""

_LIST: Final = f"""
select id, kind, source, gateway, reason, size, times, first_at, last_at, state, reading_id
from ingest.quarantine
where (%(kind)s::text is null or kind = %(kind)s) and (%(gateway)s::uuid is null or gateway = %(gateway)s)
  and (not %(waiting)s or state in ('open', 'fixed'))
  and (%(after_at)s::timestamptz is null or (last_at, id) < (%(after_at)s, %(after_id)s))
  and {_WITHIN}
order by last_at desc, id desc limit %(most)s
"""  # noqa: S608 - our own words

_ONE: Final = f"""
select id, kind, source, gateway, reason, size, times, first_at, last_at, state, reading_id
from ingest.quarantine where id = %(item)s and {_WITHIN}
"""  # noqa: S608 - our own words

_PAYLOAD: Final = "select payload from ingest.quarantine where id = %s"

_STEPS: Final = """
select id, item, step, by, why, at, outcome, reason, readings, payload
from ingest.quarantine_step where item = %s order by id
"""

_TALLY: Final = f"""
select kind, split_part(reason, ':', 1) as reason, state, count(*) as items, sum(times) as times,
       sum(length(payload)) as bytes
from ingest.quarantine where {_WITHIN} group by 1, 2, 3 order by 1, 2, 3
"""  # noqa: S608 - our own words

Institutions = tuple[UUID, ...] | None
"""Whose gateways' items: None is everything, also what nobody vouches for; the empty one is nothing."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items; None is any. `waiting`: only those about which something is still to be done. `after`: the
    place of the last item of the page before, when it was seen and its number."""

    kind: str | None = None
    gateway: UUID | None = None
    waiting: bool = False
    institutions: Institutions = None
    after: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One item, without its bytes. `size` is in bytes, `times` how often it came."""

    id: int
    kind: str
    source: str
    gateway: UUID | None
    reason: str
    size: int
    times: int
    first_at: datetime
    last_at: datetime
    state: State
    reading_id: UUID | None


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did about an item, and why. `readings` are those that a replay stored or found stored."""

    id: int
    item: int
    step: Literal["fixed", "replayed", "closed"]
    by: str
    why: str
    at: datetime
    outcome: Literal["stored", "rejected", "resync"] | None
    reason: str | None
    readings: tuple[UUID, ...]
    payload: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """An item whole. Its bytes may hold readings' values: who asks for them is to be known."""

    item: Quarantined
    payload: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many `items` of a kind, a reason's first word and a state; `times` they came, `bytes` kept."""

    kind: str
    reason: str
    state: State
    items: int
    times: int
    bytes: int


def quarantined(connection: Connection, most: int, which: Filter = Filter()) -> list[Quarantined]:
    """The items seen last, at most so many."""
    after_at, after_id = which.after or (None, None)
    values = {
        "kind": which.kind,
        "gateway": which.gateway,
        "waiting": which.waiting,
        "most": most,
        "after_at": after_at,
        "after_id": after_id,
        **_within(which.institutions),
    }
    with connection.cursor(row_factory=class_row(Quarantined)) as cursor:
        return cursor.execute(_LIST, values).fetchall()


def tally(connection: Connection, institutions: Institutions = None) -> list[Tally]:
    """Items by kind, reason and state."""
    with connection.cursor(row_factory=class_row(Tally)) as cursor:
        return cursor.execute(_TALLY, _within(institutions)).fetchall()


def shown(connection: Connection, item: int, institutions: Institutions = None) -> Shown | None:
    """An item with its bytes and what was done about it; None where there is no such item."""
    with connection.cursor(row_factory=class_row(Quarantined)) as cursor:
        found = cursor.execute(_ONE, {"item": item, **_within(institutions)}).fetchone()
    payload = connection.execute(_PAYLOAD, (item,)).fetchone()
    if found is None or payload is None:
        return None
    return Shown(found, _text(payload[0]), tuple(steps(connection, item)))


def steps(connection: Connection, item: int) -> list[Step]:
    """What was done about an item, in that order."""
    with connection.cursor(row_factory=kwargs_row(_step)) as cursor:
        return cursor.execute(_STEPS, (item,)).fetchall()


def _within(institutions: Institutions) -> dict[str, list[UUID] | None]:
    return {"institutions": None if institutions is None else list(institutions)}


def _step(*, readings: list[UUID], payload: bytes | None, **fields: Any) -> Step:  # noqa: ANN401 - as named
    return Step(readings=tuple(readings), payload=None if payload is None else _text(payload), **fields)


def _text(payload: bytes) -> str:
    """As it reads, or in hexadecimal where it is no text."""
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return "hex:" + payload.hex()
