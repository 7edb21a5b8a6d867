"""Logging in and out, and the locks that stop guessing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.identity import rules, service
from clinician_api.identity.models import Login

# A login is not written to on every click, only when this much of its idle time has gone.
_TOUCH: Final = timedelta(minutes=1)


def actor_of(db: Session, token: str, *, now: datetime) -> Actor | None:
    """Who has this token, if their login still holds. That they were here puts off its idle end."""
    login = db.scalar(select(Login).where(Login.digest == rules.digest(token), Login.ended_at.is_(None)))
    if login is None or not _is_open(login, now):
        return None
    if now - login.seen_at >= _TOUCH:
        db.execute(update(Login).where(Login.id == login.id).values(seen_at=now))
    return service.actor_of(db, login.account, login=login.id, now=now)


def _is_open(login: Login, now: datetime) -> bool:
    idle = timedelta(seconds=login.idle_seconds)
    return rules.is_open(seen_at=login.seen_at, idle=idle, expires_at=login.expires_at, now=now)
