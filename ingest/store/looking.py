"""Which gateways' ledgers to look at: those of which something came that does not simply follow what is here.

A cursor reads what transactions entered since the last time, behind any that is still open. A batch whose
predecessor is here with the link that it names, as nearly all are, gives nobody cause to read a whole ledger.
What may be a hole or a fork puts its gateway under watch, until the decision is made on its whole evidence.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection, Cursor

from device_drivers.wire.batch import GENESIS

_TAKE: Final = "select tx::text, lineage from ingest.ledger_cursor for update skip locked"

_HORIZON: Final = "select pg_snapshot_xmin(pg_current_snapshot())::text"

# The transaction of the last of so many rows: whole transactions are read.
_BORDER: Final = """
select (tx::text::bigint + 1)::text from (
    select tx from ingest.batch where tx >= %(low)s::text::xid8 and tx < %(horizon)s::text::xid8
    union all
    select tx from ingest.signed_head where tx >= %(low)s::text::xid8 and tx < %(horizon)s::text::xid8
    order by tx offset %(most)s limit 1
) as rows
"""

# The ways in which one row can begin what `ingest.chain` finds in a whole ledger, each of them a look by key.
# A test compares what comes of them with whole ledgers.
_WATCH: Final = """
with batches as (
    select gateway, stream, seq, link, prev_link, opens from ingest.batch
    where tx >= %(low)s::text::xid8 and tx < %(upper)s::text::xid8
), heads as (
    select gateway, stream, seq, link from ingest.signed_head
    where tx >= %(low)s::text::xid8 and tx < %(upper)s::text::xid8
), claimed as (
    select gateway, stream, seq, link from batches union all select gateway, stream, seq, link from heads
), suspects as (
    select gateway from batches where opens is not null
    union all
    select gateway from batches where seq = 1 and prev_link <> %(genesis)s
    union all
    select gateway from heads where seq = 0 and link <> %(genesis)s
    union all
    select n.gateway from batches n
    where n.seq > 1
      and not exists (select from ingest.batch p
                      where p.gateway = n.gateway and p.stream = n.stream and p.seq = n.seq - 1
                        and p.link = n.prev_link)
      and not exists (select from ingest.fold_range f
                      where f.gateway = n.gateway and f.stream = n.stream and f.last = n.seq - 1
                        and f.link = n.prev_link)
    union all
    select n.gateway from claimed n
    where exists (select from ingest.batch s
                  where s.gateway = n.gateway and s.stream = n.stream and s.seq = n.seq + 1
                    and s.prev_link <> n.link)
       or exists (select from ingest.fold_range f
                  where f.gateway = n.gateway and f.stream = n.stream and f.last > n.seq
                    and f.first = n.seq + 1 and f.prev_link <> n.link)
       or exists (select from ingest.fold_range f
                  where f.gateway = n.gateway and f.stream = n.stream and f.last = n.seq and f.link <> n.link)
       or exists (select from ingest.batch b
                  where b.gateway = n.gateway and b.stream = n.stream and b.seq = n.seq and b.link <> n.link)
       or exists (select from ingest.signed_head h
                  where h.gateway = n.gateway and h.stream = n.stream and h.seq = n.seq and h.link <> n.link)
       or exists (select from ingest.batch o
                  where o.gateway = n.gateway and o.opens is not null
                    and o.opens->>'stream' = replace(n.stream::text, '-', '')
                    and ((o.opens->>'seq')::bigint < n.seq
                         or (o.opens->>'seq')::bigint = n.seq and o.opens->>'link' <> encode(n.link, 'hex')))
    union all
    select gateway from ingest.quarantine
    where kind = 'fork' and tx >= %(low)s::text::xid8 and tx < %(upper)s::text::xid8
)
insert into ingest.ledger_watch as w (gateway, due_at)
select gateway, %(now)s from suspects where gateway is not null group by gateway order by gateway
on conflict (gateway) do update set due_at = least(w.due_at, excluded.due_at)
"""

_ALL: Final = """
insert into ingest.ledger_watch as w (gateway, due_at) select id, %s from ingest.gateway order by id
on conflict (gateway) do update set due_at = least(w.due_at, excluded.due_at)
"""

_MOVE: Final = "update ingest.ledger_cursor set tx = %s::text::xid8, lineage = %s"

_NEXT: Final = """
update ingest.ledger_watch set due_at = %(again)s where gateway = (
    select gateway from ingest.ledger_watch where due_at <= %(now)s order by due_at, gateway limit 1
    for update skip locked)
returning gateway
"""

_AGAIN: Final = "update ingest.ledger_watch set due_at = %s where gateway = %s"

_LEAVE: Final = "delete from ingest.ledger_watch where gateway = %s"

MOST: Final = 50_000
"""Rows in one step of the cursor."""


def advance(connection: Connection, now: datetime, *, lineage: int, most: int = MOST) -> bool:
    """Put gateways under watch by what was entered since the last time; whether more stands behind it.

    In another life of the database what had a receipt may be gone: then all are. Of two that call at once one
    does nothing.
    """
    with connection.transaction(), connection.cursor() as cursor:
        taken = cursor.execute(_TAKE).fetchone()
        if taken is None:
            return False
        low, life = taken
        horizon = _only(cursor.execute(_HORIZON).fetchone())
        border = cursor.execute(_BORDER, {"low": low, "horizon": horizon, "most": most}).fetchone()
        upper = horizon if border is None else border[0]
        genesis = bytes.fromhex(GENESIS)
        cursor.execute(_WATCH, {"low": low, "upper": upper, "now": now, "genesis": genesis})
        if life != lineage:
            cursor.execute(_ALL, (now,))
        cursor.execute(_MOVE, (upper, lineage))
        return border is not None


def next_due(connection: Connection, now: datetime, *, again: datetime) -> UUID | None:
    """The one whose ledger has waited longest for a look; due again then, if that comes to no end. So one
    that cannot be understood holds up the others for one round and no longer."""
    row = connection.execute(_NEXT, {"now": now, "again": again}).fetchone()
    return None if row is None else row[0]


def looked(cursor: Cursor, gateway: UUID, again: datetime | None) -> None:
    """Look again then, or no more until something comes."""
    if again is None:
        cursor.execute(_LEAVE, (gateway,))
    else:
        cursor.execute(_AGAIN, (again, gateway))


def _only(row: tuple[str] | None) -> str:
    if row is None:
        raise ValueError("the database knows no horizon")
    return row[0]
