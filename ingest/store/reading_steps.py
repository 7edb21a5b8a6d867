"""What people did about readings: rows that are only added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal
from uuid import UUID

import msgspec
from psycopg import Cursor

from ingest.store.rows import Key
from ingest.store.steps import Deed

Word = Literal["attributed", "withdrawn", "corrected"]

_ADD: Final = """
insert into ingest.reading_step (meter, reading_id, step, resident, by, why, at, revision, change)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)
"""


def add(
    cursor: Cursor,
    key: Key,
    step: Word,
    deed: Deed,
    *,
    resident: UUID | None,
    revision: int,
    change: Mapping[str, object] | None,
) -> None:
    said = None if change is None else msgspec.json.encode(change).decode()
    cursor.execute(_ADD, (*key, step, resident, deed.by, deed.why, deed.at, revision, said))
