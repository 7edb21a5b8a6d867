"""Reads the evidence about a gateway for its loss statement. Concludes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, LiteralString, TypeVar
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import kwargs_row

from device_drivers.wire.batch import Opens
from ingest.history import Claim, Fold, History, Place, Restore, Resync, SignedHead
from ingest.life import Life

T = TypeVar("T")

_PLACES: Final = """
select replace(stream::text, '-', '') as stream, seq, encode(link, 'hex') as link,
       encode(prev_link, 'hex') as prev_link, opens::text, outcome, claim, lineage, stored_at as at,
       jsonb_array_length(refusals) as refused, readings, sealed_at
from ingest.batch where gateway = %s order by stored_at, stream, seq
"""

_FOLDS: Final = """
select replace(stream::text, '-', '') as stream, last, encode(link, 'hex') as link,
       claim, lineage, stored_at as at
from ingest.fold where gateway = %s
"""

_HEADS: Final = """
select replace(stream::text, '-', '') as stream, seq, encode(link, 'hex') as link,
       rewound, claim, lineage, heard_at as at
from ingest.signed_head where gateway = %s
"""

_RESYNCS: Final = """
select replace(stream::text, '-', '') as stream, seq, kind = 'fork' as is_fork, first_at as at
from ingest.quarantine where gateway = %s and kind in ('fork', 'folded')
"""

_CLAIMS: Final = """
select claim as number, min(enrolled_at) as at from ingest.gateway_key where gateway = %s group by claim
"""


def gateways(connection: Connection) -> list[UUID]:
    """Every gateway ever enrolled."""
    return [gateway for (gateway,) in connection.execute("select id from ingest.gateway order by id")]


def history(connection: Connection, gateway: UUID, life: Life) -> History:
    """All evidence about one gateway, of one moment."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
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
