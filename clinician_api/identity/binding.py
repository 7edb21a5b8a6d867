"""A telephone that staff bind to a resident: a square to scan, good once and for ten minutes."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import NotFoundError
from clinician_api.identity import rules, service
from clinician_api.identity.models import PhoneBinding, Resident
from clinician_api.identity.schemas import NewAccount
from clinician_api.passwords import Passwords

GOOD_FOR: Final = timedelta(minutes=10)


def offer(db: Session, actor: Actor, resident: UUID, *, now: datetime) -> str:
    """The secret of the square, for a resident in sight: stored as a digest, shown once."""
    access.require(db, actor, resident, purpose="bind_phone", now=now)
    token = secrets.token_urlsafe(24)
    row = PhoneBinding(
        id=uuid4(),
        digest=rules.digest(token),
        resident=resident,
        made_by=actor.account,
        made_at=now,
        expires_at=now + GOOD_FOR,
        used_at=None,
    )
    db.add(row)
    db.flush()
    offered = Entry("phone.offered", access.by(actor), resident=resident, target=("phone_binding", row.id))
    audit.record(db, offered, now=now)
    return token


def whose(db: Session, token: str, *, now: datetime) -> UUID:
    """Whose telephone it would become. Raises NotFoundError alike for old, used and made-up ones."""
    good = (PhoneBinding.used_at.is_(None), PhoneBinding.made_at <= now, PhoneBinding.expires_at > now)
    resident = db.scalar(
        select(PhoneBinding.resident).where(PhoneBinding.digest == rules.digest(token), *good)
    )
    if resident is None:
        raise NotFoundError("phone.no_such_binding")
    return resident


def take(db: Session, token: str, *, passwords: Passwords, now: datetime) -> UUID:
    """Use it up: the account of its resident, made where there is none."""
    resident = whose(db, token, now=now)
    mine = (PhoneBinding.digest == rules.digest(token), PhoneBinding.used_at.is_(None))
    used = db.scalar(update(PhoneBinding).where(*mine).values(used_at=now).returning(PhoneBinding.id))
    if used is None:
        raise NotFoundError("phone.no_such_binding")
    account = account_of(db, resident, passwords=passwords, now=now)
    bound = Entry("phone.bound", By(account), resident=resident, target=("phone_binding", used))
    audit.record(db, bound, now=now)
    return account


def account_of(db: Session, resident: UUID, *, passwords: Passwords, now: datetime) -> UUID:
    """The resident's own, or a new one whose password nobody knows: it is entered by telephone alone."""
    service.lock_resident(db, resident)
    if known := service.account_of(db, resident):
        return known
    person = db.get_one(Resident, resident)
    new = NewAccount(
        name=f"r-{resident}",
        password=SecretStr(secrets.token_urlsafe(32)),
        display_name=person.name,
        language=person.language,
        resident=resident,
    )
    return service.create_account(db, new, passwords=passwords, now=now)
