"""What people do about quarantined items: rows that are only added, beside the bytes that never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import args_row

from ingest.door.replaying import Item
from ingest.store.quarantined import State

# In the order in which a group commit takes them: the source's row, then its items.
_LOCK_USE: Final = """
select from ingest.quarantine_use
where source = (select source from ingest.quarantine where id = %s) for update
"""

_LOCK: Final = """
select kind, payload, size = length(payload), gateway, replace(stream::text, '-', ''), seq
from ingest.quarantine where id = %s for update
"""

_STATE: Final = "select state from ingest.quarantine where id = %s"

_FIX: Final = """
select payload from ingest.quarantine_step where item = %s and step = 'fixed' order by id desc limit 1
"""

_ADD: Final = """
insert into ingest.quarantine_step (item, step, by, why, at, payload, outcome, reason, readings)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

_SET: Final = "update ingest.quarantine set state = %s where id = %s"

# What nobody need look at any more makes room for what comes.
_FREE: Final = """
update ingest.quarantine_use u set bytes = greatest(0, u.bytes - length(q.payload))
from ingest.quarantine q where q.id = %s and u.source = q.source
"""


MOST_WORDS: Final = 500
"""Letters of a reason that a person gives."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something about an item, why and when."""

    by: str
    why: str
    at: datetime

    @property
    def lack(self) -> str | None:
        """What is wrong with its words. Who and why are asked of everybody: else there is no record of it."""
        if not self.by.strip() or not self.why.strip():
            return "say who does it and why"
        if max(len(self.by), len(self.why)) > MOST_WORDS or "\0" in self.by + self.why:
            return f"at most {MOST_WORDS} letters and no NUL"
        return None


@dataclass(frozen=True, slots=True)
class Result:
    """What a replay came to; `reason` says why it stored nothing."""

    outcome: Literal["stored", "rejected", "resync"]
    reason: str | None = None
    readings: Sequence[UUID] = ()


def lock(cursor: Cursor, item: int) -> tuple[Item, State] | None:
    """The item, ours until the transaction ends; None where there is none."""
    cursor.execute(_LOCK_USE, (item,))
    with cursor.connection.cursor(row_factory=args_row(Item)) as rows:
        found = rows.execute(_LOCK, (item,)).fetchone()
    state = cursor.execute(_STATE, (item,)).fetchone()
    return None if found is None or state is None else (found, state[0])


def fix_of(cursor: Cursor, item: int) -> bytes | None:
    """What somebody said last that it should have been."""
    row = cursor.execute(_FIX, (item,)).fetchone()
    return None if row is None else row[0]


def fixed(cursor: Cursor, item: int, deed: Deed, payload: bytes) -> None:
    cursor.execute(_ADD, (item, "fixed", deed.by, deed.why, deed.at, payload, None, None, []))
    cursor.execute(_SET, ("fixed", item))


def replayed(cursor: Cursor, item: int, deed: Deed, result: Result) -> None:
    """Note a replay. Only one that stored something settles the item."""
    row = (item, "replayed", deed.by, deed.why, deed.at, None, result.outcome, result.reason)
    cursor.execute(_ADD, (*row, list(result.readings)))
    if result.outcome == "stored":
        cursor.execute(_SET, ("replayed", item))
        cursor.execute(_FREE, (item,))


def closed(cursor: Cursor, item: int, deed: Deed) -> None:
    cursor.execute(_ADD, (item, "closed", deed.by, deed.why, deed.at, None, None, None, []))
    cursor.execute(_SET, ("closed", item))
    cursor.execute(_FREE, (item,))
