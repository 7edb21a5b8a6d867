"""Old verified rows of the ledger become ranges. What a range covers is forgotten an hour after it was
written: a transaction that began before must still find its row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection, Cursor

from ingest.lineage.life import FIRST
from ingest.loss.folding import folds, oldest_kept
from ingest.loss.history import Fold
from ingest.store.history import evidence

REST: Final = timedelta(hours=1)
"""Longer than any transaction may last."""

_LOCK: Final = 0x6865617274680003

_ADD: Final = """
insert into ingest.fold_range (gateway, stream, first, last, prev_link, link, claim, lineage,
                               since, until, at, sealed_first, sealed_last,
                               rejected, refused, readings, resends, folded_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, %s)
"""

_FORGET: Final = """
with covered as (
    select b.gateway, b.stream, b.seq, f.last
    from ingest.fold_range f
    join ingest.batch b on b.gateway = f.gateway and b.stream = f.stream and b.seq between f.first and f.last
    where f.gateway = %s and f.folded_at <= %s
    order by b.gateway, b.stream, b.seq
    for update of b
), gone as (
    delete from ingest.batch b using covered c
    where b.gateway = c.gateway and b.stream = c.stream and b.seq = c.seq
    returning b.stream, c.last, b.resends
), counted as (
    update ingest.fold_range f set resends = f.resends + g.resends
    from (select stream, last, sum(resends)::int as resends from gone group by stream, last) g
    where f.gateway = %s and f.stream = g.stream and f.last = g.last
)
select count(*) from gone
"""


@dataclass(frozen=True, slots=True)
class Folded:
    """What one pass did: `ranges` written for `batches`, and `forgotten` rows of ranges written before."""

    ranges: int
    batches: int
    forgotten: int


def fold(connection: Connection, gateway: UUID, *, now: datetime, region: ZoneInfo) -> Folded:
    """Fold what is old of one gateway's ledger. One at a time folds; another waits for it."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        row = cursor.execute(_FORGET, (gateway, now - REST, gateway)).fetchone()
        known = evidence(connection, gateway, FIRST)
        old = folds(known, before=oldest_kept(now, region), region=region)
        _add(cursor, gateway, old, now)
    batches = sum(each.batches for each in old)
    return Folded(len(old), batches, 0 if row is None else row[0])


def _add(cursor: Cursor, gateway: UUID, ranges: Iterable[Fold], now: datetime) -> None:
    rows = [
        (
            gateway,
            UUID(hex=each.stream),
            each.first,
            each.last,
            bytes.fromhex(each.prev_link),
            bytes.fromhex(each.link),
            each.claim,
            each.lineage,
            each.since,
            each.until,
            each.at,
            each.sealed_first,
            each.sealed_last,
            each.rejected,
            each.refused,
            each.readings,
            now,
        )
        for each in ranges
    ]
    if rows:
        cursor.executemany(_ADD, rows)
