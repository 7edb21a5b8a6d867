"""The ledger's rows: the first batch to take a place keeps it, whoever else inserts at the same time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from psycopg import Cursor

from device_drivers.wire.receipt import Refusal
from ingest.door.accept import Accepted, Rejected
from ingest.door.ledger import Folded, Known, Settled, Verdict, judge, settle
from ingest.store.rows import as_json

Batch = Accepted | Rejected
Place = tuple[UUID, UUID, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """When, and in which life of the database, the ledger is written."""

    now: datetime
    lineage: int


_TAKE: Final = """
insert into ingest.batch (gateway, stream, seq, link, prev_link, opens, outcome, refusals, readings,
                          claim, sealed_at, lineage, stored_at)
select b.gateway, b.stream, b.seq, b.link, b.prev_link, b.opens::jsonb, b.outcome, b.refusals::jsonb,
       b.readings, b.claim, b.sealed_at, %s, %s
from unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::bytea[], %s::bytea[], %s::text[], %s::text[],
            %s::text[], %s::smallint[], %s::int[], %s::timestamptz[])
    as b (gateway, stream, seq, link, prev_link, opens, outcome, refusals, readings, claim, sealed_at)
where not exists (
    select from (select f.first from ingest.fold_range f
                 where f.gateway = b.gateway and f.stream = b.stream and f.last >= b.seq
                 order by f.last limit 1) r
    where r.first <= b.seq)
order by b.gateway, b.stream, b.seq
on conflict do nothing
returning gateway, stream, seq
"""

_LOOK: Final = """
select b.gateway, b.stream, b.seq, encode(b.link, 'hex'), b.outcome, b.refusals::text
from ingest.batch b
join unnest(%s::uuid[], %s::uuid[], %s::bigint[]) as p (gateway, stream, seq) using (gateway, stream, seq)
"""

# Locked in the order of their keys: two workers may hear the same repeats.
_AGAIN: Final = """
with p as (
    select b.gateway, b.stream, b.seq, n.times
    from ingest.batch b
    join unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::int[]) as n (gateway, stream, seq, times)
      using (gateway, stream, seq)
    order by b.gateway, b.stream, b.seq
    for no key update of b
)
update ingest.batch b set resends = b.resends + p.times
from p where b.gateway = p.gateway and b.stream = p.stream and b.seq = p.seq
"""

_LEAVE: Final = """
delete from ingest.batch b using unnest(%s::uuid[], %s::uuid[], %s::bigint[]) as p (gateway, stream, seq)
where b.gateway = p.gateway and b.stream = p.stream and b.seq = p.seq
"""


def place_of(batch: Batch) -> Place:
    sealed = batch.sealed
    return sealed.gateway, UUID(hex=sealed.stream), sealed.seq


def take(cursor: Cursor, batches: Sequence[Batch], entry: Entry) -> list[Verdict]:
    """Enter the batches and judge each: new, known before, or in conflict; also among themselves."""
    first: dict[Place, Batch] = {}
    for batch in batches:
        first.setdefault(place_of(batch), batch)
    taken = _insert(cursor, list(first.values()), entry)
    known = _look(cursor, [place for place in first if place not in taken])
    verdicts = []
    for batch in batches:
        place = place_of(batch)
        verdict = judge(batch, known.get(place) if place in taken else known.get(place, Folded()))
        if verdict.is_new:
            known[place] = _settled(batch, verdict)
        verdicts.append(verdict)
    _count_repeats(cursor, batches, verdicts)
    return verdicts


def leave(cursor: Cursor, places: Iterable[Place]) -> None:
    """Take back what this transaction entered."""
    columns = _columns(list(places))
    if columns[0]:
        cursor.execute(_LEAVE, columns)


def _count_repeats(cursor: Cursor, batches: Sequence[Batch], verdicts: Sequence[Verdict]) -> None:
    judged = zip(batches, verdicts, strict=True)
    times = Counter(place_of(batch) for batch, verdict in judged if not (verdict.is_new or verdict.conflict))
    if times:
        cursor.execute(_AGAIN, (*_columns(list(times)), list(times.values())))


def _insert(cursor: Cursor, batches: Sequence[Batch], entry: Entry) -> set[Place]:
    if not batches:
        return set()
    rows = [_row(batch) for batch in batches]
    columns = [list(column) for column in zip(*rows, strict=True)]
    cursor.execute(_TAKE, [entry.lineage, entry.now, *columns])
    return {(gateway, stream, seq) for gateway, stream, seq in cursor}


def _row(batch: Batch) -> tuple[object, ...]:
    sealed, verdict = batch.sealed, settle(batch)
    return (
        *place_of(batch),
        bytes.fromhex(sealed.link),
        bytes.fromhex(sealed.prev_link),
        as_json(sealed.opens),
        verdict.outcome,
        msgspec.json.encode(verdict.refusals).decode(),
        len(batch.readings) if isinstance(batch, Accepted) else 0,
        batch.signer.claim,
        batch.sealed_at if isinstance(batch, Accepted) else None,
    )


def _look(cursor: Cursor, places: Sequence[Place]) -> dict[Place, Known]:
    if not places:
        return {}
    cursor.execute(_LOOK, _columns(places))
    return {
        (gateway, stream, seq): Settled(
            link, outcome, msgspec.json.decode(refusals, type=tuple[Refusal, ...])
        )
        for gateway, stream, seq, link, outcome, refusals in cursor
    }


def _columns(places: Sequence[Place]) -> tuple[list[UUID], list[UUID], list[int]]:
    return [place[0] for place in places], [place[1] for place in places], [place[2] for place in places]


def _settled(batch: Batch, verdict: Verdict) -> Settled:
    return Settled(
        batch.sealed.link, "rejected" if isinstance(batch, Rejected) else "stored", verdict.refusals
    )
