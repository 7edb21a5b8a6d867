"""A password changed by whom it lets in, or set anew with a one-time code that an administrator gave out."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.db import Sessions
from clinician_api.errors import About, ConflictError, InvalidError, NotFoundError, NotLoggedInError
from clinician_api.identity import choosing, logins, rules, second
from clinician_api.identity.logins import Door, Visitor
from clinician_api.identity.models import Account, Login, PasswordReset

GOOD_FOR: Final = timedelta(hours=24)
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_LETTERS: Final = 12
"""Of the code: about 59 bits, behind a door that locks."""


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody typed who is logged in. `code` is of the second factor, where there is one."""

    old: str = field(repr=False)
    new: str = field(repr=False)
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Anew:
    """What somebody typed who was given a code."""

    name: str
    code: str = field(repr=False)
    new: str = field(repr=False)


def change(db: Session, door: Door, actor: Actor, said: Change, *, visitor: Visitor, now: datetime) -> str:
    """The new token of this login; every other one of the account ends.

    Raises NotLoggedInError on a wrong old password or code, InvalidError on a new one that is no good.
    """
    account = db.get_one(Account, actor.account)
    # Before a try is counted: a password that is too weak guesses nothing.
    _check_new(said.new, name=account.name, phone=account.phone, before=said.old)
    _count(door, account.id, visitor, now)
    db.refresh(account, with_for_update=True)
    if not door.passwords.fits(said.old, account.password):
        raise NotLoggedInError("password.wrong", about=About("account", account.id))
    if second.is_confirmed(db, account.id):
        if door.kms is None:
            raise ConflictError("second.no_keys")
        second.check(db, door.kms, account.id, said.code, now=now)
    logins.forgive(db, f"password:{account.id}", visitor.address, limits=door.limits, now=now)
    _set(db, door, account, said.new)
    audit.record(db, Entry("password.changed", access.by(actor), target=("account", account.id)), now=now)
    logins.end_all(db, access.by(actor), account.id, but=actor.login, now=now)
    token = secrets.token_urlsafe(32)
    db.get_one(Login, actor.login).digest = rules.digest(token)
    db.flush()
    return token


def reset(db: Session, actor: Actor, account: UUID, *, now: datetime) -> str:
    """A code for a colleague who forgot theirs, shown once. Their logins end, and the old password with them.

    The second factor stays: who gives out the code cannot come in with it.
    """
    row = db.get(Account, account, with_for_update=True)
    is_theirs = row is not None and row.institution is not None and row.institution == actor.institution
    if row is None or not is_theirs or (row.closed_at is not None and row.closed_at <= now):
        raise NotFoundError("account.unknown", about=About("account", account))
    if account == actor.account:
        raise ConflictError("password.not_for_oneself", about=About("account", account))
    code, salt = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)), secrets.token_bytes(16)
    made = {
        "digest": _mac(salt, code),
        "salt": salt,
        "made_at": now,
        "made_by": actor.account,
        "used_at": None,
    }
    newest = insert(PasswordReset).values(account=account, **made)
    db.execute(newest.on_conflict_do_update(index_elements=["account"], set_=made))
    row.password = f"!{secrets.token_urlsafe(16)}"  # no hash: nothing fits it
    audit.record(db, Entry("password.reset", access.by(actor), target=("account", account)), now=now)
    logins.end_all(db, access.by(actor), account, now=now)
    return code


def set_anew(db: Session, door: Door, said: Anew, *, visitor: Visitor, now: datetime) -> str:
    """The token of a login that may wait for its second factor. A wrong name and a wrong code look alike, and
    the code is used up only with a password that is good."""
    _check_new(said.new, name=said.name)
    logins.count_attempt(door.sessions, said.name, visitor.address, limits=door.limits, now=now)
    account = db.scalar(select(Account).where(Account.name == said.name).with_for_update())
    row = db.get(PasswordReset, account.id, with_for_update=True) if account else None
    if account is None or row is None or not _is_good(row, said.code, now):
        raise NotLoggedInError("login.wrong", about=About("account", account.id) if account else None)
    _check_new(said.new, name=account.name, phone=account.phone)
    _set(db, door, account, said.new)
    row.used_at = now
    logins.forgive(db, said.name, visitor.address, limits=door.limits, now=now)
    audit.record(db, Entry("password.set", By(account.id), target=("account", account.id)), now=now)
    return logins.open_for(db, door, account.id, visitor, now=now)


def _is_good(row: PasswordReset, code: str, now: datetime) -> bool:
    tidy = code.lower().replace("-", "").replace(" ", "")
    is_right = hmac.compare_digest(row.digest, _mac(row.salt, tidy))
    # A clock that was set back makes no code good for longer.
    return is_right and row.used_at is None and row.made_at <= now < row.made_at + GOOD_FOR


def _check_new(new: str, *, name: str, phone: str | None = None, before: str = "") -> None:
    if hmac.compare_digest(before.encode(), new.encode()):
        raise InvalidError("password.same", "new")
    found = choosing.weakness(new, name=name, phone=phone)
    if found is not None:
        raise InvalidError(f"password.{found}", "new")


def _set(db: Session, door: Door, account: Account, new: str) -> None:
    account.password = door.passwords.hash(new)
    db.flush()


def _count(door: Door, account: UUID, visitor: Visitor, now: datetime) -> None:
    """Whoever sits at an open screen shall not try passwords for long."""
    sessions: Sessions = door.sessions
    logins.count_attempt(sessions, f"password:{account}", visitor.address, limits=door.limits, now=now)


def _mac(salt: bytes, code: str) -> bytes:
    return hmac.new(salt, code.encode(), sha256).digest()
