"""A steward at work: whose fleet is in reach, ingest's connection within the request's transaction, and what
is written down. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection
from sqlalchemy import text
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor, Reach
from clinician_api.audit import service as audit
from clinician_api.audit.rules import Entry, Facts
from clinician_api.errors import NotAllowedError
from ingest.store.steps import Deed

_OWNERS: Final = text("""
select distinct b.resident from ingest.gateway g join ingest.meter_binding b on b.home = g.home
where g.id = :gateway
""")


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, when, and what is in their reach at that moment."""

    db: Session
    actor: Actor
    reach: Reach
    now: datetime

    @property
    def connection(self) -> Connection:
        """Ingest's functions on the request's own transaction: they use savepoints and commit nothing."""
        found = self.db.connection().connection.driver_connection
        if not isinstance(found, Connection):
            raise TypeError(found)
        return found

    def deed(self, why: str) -> Deed:
        return Deed(str(self.actor.account), why, self.now)

    def note(self, action: str, facts: Facts, *, target: tuple[str, UUID] | None = None) -> None:
        """Write down what was looked at or done."""
        entry = Entry(action, access.by(self.actor), target=target, facts=facts)
        audit.record(self.db, entry, now=self.now)

    def note_read(self, residents: Iterable[UUID], purpose: str) -> None:
        """Write down whose data was looked at, so that each of them can see it."""
        found = sorted(set(residents))
        if found:
            access.note(self.db, self.actor, *found, purpose=purpose, now=self.now)


def acting(db: Session, actor: Actor, *, now: datetime) -> Acting:
    """Raises NotAllowedError for whoever is no steward at this moment."""
    reach = access.reach(db, actor.account, now)
    if reach is None:
        raise NotAllowedError("role.not_allowed")
    return Acting(db, actor, reach, now)


def owners(acts: Acting, gateway: UUID | None) -> list[UUID]:
    """Whose readings a message of it may hold: all who ever had a slot of a meter in its home."""
    return list(acts.db.scalars(_OWNERS, {"gateway": gateway})) if gateway else []
