"""What was stored since the cursors: readings, answers about symptoms, episodes ended by people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

from psycopg import Connection, sql

from alerts.judging import Ending
from alerts.reading import Reading
from alerts.shards import SHARD_OF
from alerts.store.cursors import Place
from alerts.store.stored import COLUMNS, Row

# Whole transactions: what one commit stored is heard together, in the order measured.
_BORDER: Final = """
select tx::text::bigint + 1 from ingest.readings
where tx >= %s::text::xid8 and tx < %s::text::xid8
order by tx, seq offset %s limit 1
"""

_NEW: Final = """
select {columns}
from {table} r
join unnest(%(shards)s::smallint[], %(cursors)s::text[]) as c (shard, tx) on c.shard = {shard}
where r.tx >= %(low)s::text::xid8 and r.tx < %(upper)s::text::xid8 and r.tx >= c.tx::xid8
order by r.tx, r.seq
"""

ANSWER_COLUMNS: Final = "r.resident, r.id, r.answered_at, r.stored_at, r.symptoms"


@dataclass(frozen=True, slots=True)
class Arrivals:
    """All of a stretch of transactions that ends before `upper`; `is_cut` if more stands behind it."""

    rows: tuple[Row, ...]
    answers: tuple[Reading, ...]
    endings: tuple[Ending, ...]
    upper: int
    is_cut: bool


def read(connection: Connection, taken: Mapping[int, Place], horizon: int, most: int) -> Arrivals:
    """About `most` rows, of these and of other shards, to the end of a transaction."""
    low = min(place.tx for place in taken.values())
    border = connection.execute(_BORDER, (str(low), str(horizon), most)).fetchone()
    upper = horizon if border is None else int(border[0])
    where = {
        "shards": list(taken),
        "cursors": [str(place.tx) for place in taken.values()],
        "low": str(low),
        "upper": str(upper),
    }
    rows = connection.execute(_query("ingest.readings", COLUMNS), where, binary=True)
    answers = connection.execute(_query("alerts.symptom_answer", ANSWER_COLUMNS), where)
    endings = connection.execute(_query("alerts.ending", "r.resident, r.episode, r.ended_at"), where)
    return Arrivals(
        rows=tuple(Row(*row) for row in rows),
        answers=tuple(to_answer(*row) for row in answers),
        endings=tuple(Ending(*row) for row in endings),
        upper=upper,
        is_cut=upper < horizon,
    )


def to_answer(
    resident: UUID, id_: UUID, answered_at: datetime, stored_at: datetime, symptoms: list[str]
) -> Reading:
    """An answer about symptoms, as the rules see it."""
    return Reading(
        id=str(id_),
        resident=str(resident),
        kind="symptom",
        taken_at=answered_at,
        stored_at=stored_at,
        symptoms=frozenset(symptoms),
    )


def _query(table: LiteralString, columns: LiteralString) -> sql.Composed:
    return sql.SQL(_NEW).format(columns=sql.SQL(columns), table=sql.SQL(table), shard=sql.SQL(SHARD_OF))
