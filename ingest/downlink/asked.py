"""What was asked of a gateway and what became of it, for people. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

_ASKED: Final = """
select id::text as name, 'command' as kind, wanted, issued_at, expires_at, outcome, outcome_at, null as by,
       null as why
from ingest.command where gateway = %(gateway)s
union all
select version::text, 'configuration', wanted, issued_at, null, outcome, outcome_at, by, why
from ingest.configuration where gateway = %(gateway)s
order by issued_at desc, name limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command (its id) or a configuration (its version). `outcome`: `done declined expired`, `kept failed`;
    None as long as the gateway has said nothing."""

    name: str
    kind: str
    wanted: dict[str, Any]
    issued_at: datetime
    expires_at: datetime | None
    outcome: str | None
    outcome_at: datetime | None
    by: str | None
    why: str | None

    def state(self, now: datetime) -> str:
        """In a word: the outcome, `unheard` where it came too late for one, else `waiting`."""
        if self.outcome is not None:
            return self.outcome
        return "unheard" if self.expires_at is not None and self.expires_at <= now else "waiting"


def asked(connection: Connection, gateway: UUID, *, most: int) -> list[Asked]:
    """The last first."""
    with connection.cursor(row_factory=class_row(Asked)) as cursor:
        return cursor.execute(_ASKED, {"gateway": gateway, "most": most}).fetchall()
