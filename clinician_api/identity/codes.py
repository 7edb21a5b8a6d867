"""One-time codes by telephone: for who has no password, and for who lets somebody help.

Six digits for five minutes and five tries; the newest alone counts. Whether a number is known is never said.
How a code travels is a port: this room knows no way.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from clinician_api.errors import NotLoggedInError, TooManyError
from clinician_api.identity import contacts
from clinician_api.identity.contacts import Reach
from clinician_api.identity.models import OneTimeCode, Resident
from clinician_api.identity.rules import Purpose

GOOD_FOR: Final = timedelta(minutes=5)
_TRIES: Final = 5
_AN_HOUR: Final = timedelta(hours=1)
_KEPT: Final = timedelta(days=1)
"""What is over counts for an hour, and says nothing after a day."""

_MOST_AN_HOUR: Final = 5
"""To one number: a stranger shall not make somebody's telephone ring all day."""

Send = Callable[[Reach, str, Purpose], bool]
"""Takes a code to its person, with the words for what it is good for; whether a way took it."""


def ask(db: Session, phone: str, purpose: Purpose, send: Send, *, about: str = "", now: datetime) -> None:
    """Send a code to this number, if a resident has it; good for what it is `about` alone, a text's digest.

    Raises TooManyError where too many were asked for.
    """
    db.execute(delete(OneTimeCode).where(OneTimeCode.expires_at < now - _KEPT))
    _count(db, phone, purpose, now)
    owners = residents_of(db, phone)
    code, salt = f"{secrets.randbelow(10**6):06}", secrets.token_bytes(16)
    row = OneTimeCode(
        id=uuid4(),
        phone=_digest(phone.encode()),
        purpose=purpose,
        salt=salt,
        digest=_mac(salt, code, about),
        made_at=now,
        expires_at=now + GOOD_FOR,
        tries=0,
        used_at=None,
    )
    db.add(row)
    db.flush()
    reach = contacts.of_resident(db, owners[0]) if owners else None
    if reach is not None:
        send(reach, code, purpose)


def check(
    db: Session, phone: str, purpose: Purpose, code: str, *, about: str = "", now: datetime
) -> list[UUID]:
    """The residents with this number. Counts the try; raises NotLoggedInError on a wrong or an old code."""
    row = _newest(db, phone, purpose)
    # A clock that was set back makes no code good for longer.
    is_good = row is not None and row.made_at <= now < row.expires_at and row.used_at is None
    if row is None or not is_good or row.tries >= _TRIES:
        raise NotLoggedInError("login.wrong_code")
    if not hmac.compare_digest(row.digest, _mac(row.salt, code, about)):
        raise NotLoggedInError("login.wrong_code")
    return residents_of(db, phone)


def count_try(db: Session, phone: str, purpose: Purpose) -> None:
    """In a transaction of its own, before the code is looked at: who guesses in parallel is counted too."""
    row = _newest(db, phone, purpose)
    if row is not None:
        row.tries += 1


def use(db: Session, phone: str, purpose: Purpose, *, now: datetime) -> None:
    """It is good for one login."""
    row = _newest(db, phone, purpose)
    if row is not None:
        row.used_at = now


def residents_of(db: Session, phone: str) -> list[UUID]:
    rows = select(Resident.id).where(Resident.phone == phone)
    return list(db.scalars(rows.order_by(Resident.file_number)))


def _newest(db: Session, phone: str, purpose: Purpose) -> OneTimeCode | None:
    mine = (OneTimeCode.phone == _digest(phone.encode()), OneTimeCode.purpose == purpose)
    # A newer one ended those before it, also one of the same second.
    order = (OneTimeCode.used_at.is_not(None), OneTimeCode.made_at.desc(), OneTimeCode.id)
    newest = select(OneTimeCode).where(*mine).order_by(*order).limit(1)
    return db.scalars(newest.with_for_update()).one_or_none()


def _count(db: Session, phone: str, purpose: Purpose, now: datetime) -> None:
    """One at a time for a number: of many who ask at once no more are sent than of those who ask in turn. A
    newer code ends those before it for the same purpose: a stranger who knocks takes no help away."""
    key = int.from_bytes(_digest(phone.encode())[:8], signed=True)
    db.execute(select(func.pg_advisory_xact_lock(key)))
    recent = (OneTimeCode.phone == _digest(phone.encode()), OneTimeCode.made_at > now - _AN_HOUR)
    if (db.scalar(select(func.count()).where(*recent)) or 0) >= _MOST_AN_HOUR:
        raise TooManyError("login.too_many_codes", retry_after=int(_AN_HOUR.total_seconds()))
    same = (OneTimeCode.phone == _digest(phone.encode()), OneTimeCode.purpose == purpose)
    db.execute(update(OneTimeCode).where(*same, OneTimeCode.used_at.is_(None)).values(used_at=now))


def _digest(words: bytes) -> bytes:
    return sha256(words).digest()


def _mac(salt: bytes, code: str, about: str) -> bytes:
    return hmac.new(salt, f"{code}{about}".encode(), sha256).digest()
