"""Reads the evidence about a gateway for its loss statement. Concludes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, LiteralString, TypeVar
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import kwargs_row

from device_drivers.wire.batch import Opens
from ingest.lineage.life import Life
from ingest.loss.history import Claim, Fold, History, Place, Restore, Resync, SignedHead

T = TypeVar("T")

_PLACES: Final = """
select replace(stream::text, '-', '') as stream, seq, encode(link, 'hex') as link,
       encode(prev_link, 'hex') as prev_link, opens::text, outcome, claim, lineage, stored_at as at,
       jsonb_array_length(refusals) as refused, readings, sealed_at, resends
from ingest.batch b where gateway = %s and not exists (
    select from ingest.fold_range f
    where f.gateway = b.gateway and f.stream = b.stream and b.seq between f.first and f.last)
order by stored_at, stream, seq
"""

# A range may stand a while beside the rows that it covers, and one of those may come again meanwhile.
_FOLDS: Final = """
select replace(stream::text, '-', '') as stream, first, last, encode(prev_link, 'hex') as prev_link,
       encode(link, 'hex') as link, claim, lineage, since, until, at, sealed_first, sealed_last,
       rejected, refused, readings,
       resends + coalesce((select sum(b.resends) from ingest.batch b
                           where b.gateway = f.gateway and b.stream = f.stream
                             and b.seq between f.first and f.last), 0)::int as resends
from ingest.fold_range f where gateway = %s order by since, stream, first
"""

_HEADS: Final = """
select replace(stream::text, '-', '') as stream, seq, encode(link, 'hex') as link,
       rewound, claim, lineage, heard_at as at, said_at
from ingest.signed_head where gateway = %s
"""

_RESYNCS: Final = """
select replace(stream::text, '-', '') as stream, seq, kind = 'fork' as is_fork, first_at as at
from ingest.quarantine where gateway = %s and kind in ('fork', 'folded')
"""

_CLAIMS: Final = """
select claim as number, min(enrolled_at) as at, bool_or(revoked_at is null) as in_force
from ingest.gateway_key where gateway = %s group by claim
"""


def gateways(connection: Connection) -> list[UUID]:
    """Every gateway ever enrolled."""
    return [gateway for (gateway,) in connection.execute("select id from ingest.gateway order by id")]


def gateways_after(connection: Connection, last: UUID | None, most: int) -> list[UUID]:
    """The next ones in the order of their ids; from the beginning after None."""
    query = "select id from ingest.gateway where id > coalesce(%s, %s) order by id limit %s"
    return [gateway for (gateway,) in connection.execute(query, (last, UUID(int=0), most))]


def history(connection: Connection, gateway: UUID, life: Life) -> History:
    """All evidence about one gateway, of one moment."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
        return evidence(connection, gateway, life)


def evidence(connection: Connection, gateway: UUID, life: Life) -> History:
    """The same, as the transaction that is open sees it."""
    return History(
        gateway,
        places=_rows(connection, _place, _PLACES, gateway),
        folds=_rows(connection, Fold, _FOLDS, gateway),
        heads=_rows(connection, SignedHead, _HEADS, gateway),
        resyncs=_rows(connection, Resync, _RESYNCS, gateway),
        claims=_rows(connection, Claim, _CLAIMS, gateway),
        restores=tuple(Restore(each.n, each.since, each.until) for each in life.restores),
    )


def _rows(
    connection: Connection, make: Callable[..., T], query: LiteralString, gateway: UUID
) -> tuple[T, ...]:
    """The columns of a query are named as the fields they fill."""
    with connection.cursor(row_factory=kwargs_row(make)) as cursor:
        return tuple(cursor.execute(query, (gateway,)))


def _place(*, opens: str | None, **fields: Any) -> Place:  # noqa: ANN401 - columns named as fields
    named = None if opens is None else msgspec.json.decode(opens, type=Opens)
    return Place(opens=named, **fields)
