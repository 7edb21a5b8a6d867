"""What one gateway sent last, for people who look at it. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

_LAST: Final = """
select seq, outcome, readings, jsonb_array_length(refusals) as refused, resends, sealed_at, stored_at
from ingest.batch where gateway = %s order by stored_at desc, seq desc limit %s
"""


@dataclass(frozen=True, slots=True)
class Received:
    """A batch as the ledger has it. `sealed_at` is by the gateway's clock; None: it was unreadable."""

    seq: int
    outcome: Literal["stored", "rejected"]
    readings: int
    refused: int
    resends: int
    sealed_at: datetime | None
    stored_at: datetime


def received(connection: Connection, gateway: UUID, most: int) -> list[Received]:
    """The batches stored last; what was folded since is in ranges and not among them."""
    with connection.cursor(row_factory=class_row(Received)) as cursor:
        return cursor.execute(_LAST, (gateway, most)).fetchall()
