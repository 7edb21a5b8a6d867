"""Signed heads: the highest of each stream, and any that no stored batch confirms yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection, Cursor

from ingest.door.heartbeat import Heartbeat
from ingest.store.ledger import Entry

# Sorted by key: two workers may hear the same retained states.
_NOTE: Final = """
insert into ingest.signed_head as h
    (gateway, stream, seq, link, rewound, claim, lineage, heard_at, said_at)
select gateway, stream, seq, link, rewound, claim, %(lineage)s, %(now)s, said_at
from unnest(%(gateway)s::uuid[], %(stream)s::uuid[], %(seq)s::bigint[], %(link)s::bytea[],
            %(rewound)s::bigint[], %(claim)s::int[], %(said_at)s::timestamptz[])
    as n (gateway, stream, seq, link, rewound, claim, said_at)
order by gateway, stream, seq, link
on conflict (gateway, stream, seq, link) do update
set rewound = greatest(h.rewound, excluded.rewound), said_at = greatest(h.said_at, excluded.said_at)
where h.rewound < excluded.rewound or excluded.said_at > coalesce(h.said_at, '-infinity')
"""

# A lower head says nothing more once its batch is here; one without its batch may reveal a fork.
_TIDY: Final = """
with streams as (
    select distinct * from unnest(%(gateway)s::uuid[], %(stream)s::uuid[]) as n (gateway, stream)
), told as (
    select h.*, max(h.seq) over (partition by h.gateway, h.stream) as highest
    from ingest.signed_head h join streams using (gateway, stream)
)
delete from ingest.signed_head h using told t, ingest.batch b
where t.seq < t.highest
  and h.gateway = t.gateway and h.stream = t.stream and h.seq = t.seq and h.link = t.link
  and b.gateway = t.gateway and b.stream = t.stream and b.seq = t.seq and b.link = t.link
"""


@dataclass(frozen=True, slots=True)
class _Place:
    gateway: UUID
    stream: UUID
    seq: int
    link: bytes


@dataclass(frozen=True, slots=True)
class _Said:
    rewound: int
    claim: int
    said_at: datetime | None


_BEHIND: Final = """
select id from ingest.gateway g
where not exists (select from ingest.signed_head h where h.gateway = g.id and h.rewound >= %s)
"""


def behind(connection: Connection, lineage: int) -> list[UUID]:
    """The gateways that have not said that they sent again what a restore may have lost."""
    return [gateway for (gateway,) in connection.execute(_BEHIND, (lineage,))]


def note(cursor: Cursor, heartbeats: Iterable[Heartbeat], entry: Entry) -> None:
    """Note where the gateways' streams stand."""
    said: dict[_Place, _Said] = {}
    for beat in heartbeats:
        place, this = _place(beat), _said(beat, entry.now)
        said[place] = _both(said[place], this) if place in said else this
    if said:
        columns = _columns(said)
        cursor.execute(_NOTE, {**columns, "lineage": entry.lineage, "now": entry.now})
        cursor.execute(_TIDY, columns)


def _place(beat: Heartbeat) -> _Place:
    head = beat.state.head
    return _Place(beat.state.gateway, UUID(hex=head.stream), head.seq, bytes.fromhex(head.link))


def _said(beat: Heartbeat, now: datetime) -> _Said:
    state = beat.state
    return _Said(state.rewound, beat.signer.claim, min(state.at, now) if state.clock == "synced" else None)


def _both(one: _Said, other: _Said) -> _Said:
    """Of a head that was said twice: one statement cannot write a row twice."""
    moments = [each.said_at for each in (one, other) if each.said_at]
    return _Said(max(one.rewound, other.rewound), one.claim, max(moments, default=None))


def _columns(said: Mapping[_Place, _Said]) -> dict[str, list[object]]:
    return {
        **{name: [getattr(place, name) for place in said] for name in _Place.__slots__},
        **{name: [getattr(each, name) for each in said.values()] for name in _Said.__slots__},
    }
