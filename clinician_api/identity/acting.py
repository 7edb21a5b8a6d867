"""Acting for another: a login is turned to a resident and back. What for stands in the grants, not here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import About, NotFoundError
from clinician_api.identity.models import Login


def act_for(db: Session, actor: Actor, resident: UUID, *, now: datetime) -> None:
    """From the next request on, until turned back or the authorisation ends. Forms from before are old."""
    if not access.scopes(db, actor.account, resident, now=now):
        raise NotFoundError("resident.unknown", about=About("resident", resident))
    _turn(db, actor.login, resident)
    by = By(actor.account, actor.login, on_behalf_of=resident)
    audit.record(db, Entry("helping.began", by, resident=resident, target=("login", actor.login)), now=now)


def act_for_oneself(db: Session, actor: Actor, *, now: datetime) -> None:
    if actor.behalf is None:
        return
    _turn(db, actor.login, None)
    entry = Entry("helping.ended", access.by(actor), resident=actor.behalf, target=("login", actor.login))
    audit.record(db, entry, now=now)


def _turn(db: Session, login: UUID, behalf: UUID | None) -> None:
    db.execute(update(Login).where(Login.id == login).values(behalf=behalf))
