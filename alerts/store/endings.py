"""Episodes whose reason a person found gone (rule 11: no number clears a symptom). Written in the transaction
of whoever found it; the engine hears it in order with the readings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from psycopg import Connection
from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts.judging import Ending

_END: Final = text("""
insert into alerts.ending (id, episode, resident, ended_at)
select :id, id, resident, :now from alerts.episode where id = :episode
returning id
""")
_NOTIFY: Final = text("notify readings")

_OF_RESIDENT: Final = """
select resident, episode, ended_at from alerts.ending
where resident = %s and ended_at >= %s and tx < %s::text::xid8
"""


def end(session: Session, episode: UUID, *, now: datetime) -> bool:
    """The episode is to be closed; False where there is none of that id."""
    ended = session.execute(_END, {"id": uuid4(), "episode": episode, "now": now}).first() is not None
    session.execute(_NOTIFY)
    return ended


def of_resident(connection: Connection, resident: UUID, *, since: datetime, before: int) -> Iterable[Ending]:
    """All since then, as stored before a transaction."""
    rows = connection.execute(_OF_RESIDENT, (resident, since, str(before)))
    return [Ending(*row) for row in rows]
