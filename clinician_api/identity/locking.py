"""A person's words under a key of their own, and the keyed hash by which a number is found.

Envelope encryption: the person's key lies in the table, wrapped by a master key that lies elsewhere
(NIST SP 800-57 part 1, 5.3.4).
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api.errors import About, ConflictError
from clinician_api.identity.models import PersonKey, SearchKey
from clinician_api.kms import Kms, WrongKeyError

_NONCE: Final = 12
_ONE: Final = 1
_AT_ONCE: Final = 500


def lock(db: Session, kms: Kms, resident: UUID, words: str, *, now: datetime) -> bytes:
    """AES-256-GCM; the person's id is authenticated, so that no row can be passed off as another's."""
    nonce = secrets.token_bytes(_NONCE)
    key = _person_key(db, kms, resident, now)
    return nonce + AESGCM(key).encrypt(nonce, words.encode(), resident.bytes)


def unlock(db: Session, kms: Kms, resident: UUID, locked: bytes) -> str | None:
    """None once the person's key was destroyed."""
    wrapped = db.scalar(select(PersonKey.wrapped).where(PersonKey.resident == resident))
    if wrapped is None:
        return None
    opened = AESGCM(kms.unwrap(wrapped)).decrypt(locked[:_NONCE], locked[_NONCE:], resident.bytes)
    return opened.decode()


def digest(db: Session, kms: Kms, *words: str) -> bytes:
    """HMAC-SHA256 under a key that the database has only wrapped: a stolen table cannot be tried through."""
    return hmac.new(_search_key(db, kms), "\0".join(words).encode(), sha256).digest()


def destroy(db: Session, resident: UUID, *, now: datetime) -> None:
    """From here on what was locked for this person is noise."""
    gone = {"wrapped": None, "destroyed_at": now}
    made = insert(PersonKey).values(resident=resident, made_at=now, **gone)
    db.execute(made.on_conflict_do_update(index_elements=["resident"], set_=gone))


def wrap_again(db: Session, kms: Kms, after: UUID | None) -> tuple[int, UUID | None]:
    """Of some hundred persons: how many keys were not under the newest master key, and where to go on."""
    rows = select(PersonKey).order_by(PersonKey.resident).limit(_AT_ONCE).with_for_update()
    found = list(db.scalars(rows if after is None else rows.where(PersonKey.resident > after)))
    changed = 0
    for row in found:
        if row.wrapped is not None and not kms.is_current(row.wrapped):
            row.wrapped = kms.wrap(kms.unwrap(row.wrapped))
            changed += 1
    db.flush()
    return changed, found[-1].resident if len(found) == _AT_ONCE else None


def wrap_search_key_again(db: Session, kms: Kms) -> int:
    """The key itself stays: a new one would need every number in the clear."""
    row = db.get(SearchKey, _ONE, with_for_update=True)
    if row is None or kms.is_current(row.wrapped):
        return 0
    row.wrapped = kms.wrap(kms.unwrap(row.wrapped))
    db.flush()
    return 1


def fits(db: Session, kms: Kms) -> bool:
    """Whether these master keys are those that locked what is stored. A folder whose disk is not there is
    empty, and would begin keys of its own: what they locked would be lost when the disk is back."""
    searching = db.scalar(select(SearchKey.wrapped))
    wrapped = searching or db.scalar(select(PersonKey.wrapped).where(PersonKey.wrapped.is_not(None)).limit(1))
    try:
        return wrapped is None or bool(kms.unwrap(wrapped))
    except WrongKeyError:
        return False


def waiting(db: Session) -> int:
    """How many persons have a key."""
    return db.scalar(select(func.count()).where(PersonKey.wrapped.is_not(None))) or 0


def _person_key(db: Session, kms: Kms, resident: UUID, now: datetime) -> bytes:
    made = insert(PersonKey).values(resident=resident, wrapped=_new(kms), made_at=now, destroyed_at=None)
    db.execute(made.on_conflict_do_nothing())
    wrapped = db.scalar(select(PersonKey.wrapped).where(PersonKey.resident == resident))
    if wrapped is None:
        raise ConflictError("person.severed", about=About("resident", resident))
    return kms.unwrap(wrapped)


def _search_key(db: Session, kms: Kms) -> bytes:
    known = db.scalar(select(SearchKey.wrapped))
    if known is None:
        db.execute(insert(SearchKey).values(id=_ONE, wrapped=_new(kms)).on_conflict_do_nothing())
        known = db.scalars(select(SearchKey.wrapped)).one()
    return kms.unwrap(known)


def _new(kms: Kms) -> bytes:
    return kms.wrap(secrets.token_bytes(32))
