"""The second factor of staff: a code of six digits from their own device, or one of ten written on paper.

TOTP (RFC 6238): SHA-1, six digits, steps of 30 s; one step before and after is taken, and no step twice.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api import envelope
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.envelope import NotLockedHereError
from clinician_api.errors import About, ConflictError, NotLoggedInError
from clinician_api.identity import locking
from clinician_api.identity.models import Account, RecoveryCode, SecondFactor
from clinician_api.kms import Kms

_ISSUER: Final = "Hearthline"
_STEP_S: Final = 30
_ON_PAPER: Final = 10
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without signs that look like another."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator needs to know: as a picture of `uri`, or typed."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def is_confirmed(db: Session, account: UUID) -> bool:
    return db.scalar(select(SecondFactor.confirmed_at).where(SecondFactor.account == account)) is not None


def begin(db: Session, kms: Kms, account: UUID, *, login: UUID, now: datetime) -> Enrolment:
    """A new secret, or the one that this login began with. Raises ConflictError where one is confirmed.

    What another login was shown is never taken over: whoever knew the password, such as the colleague who set
    it, would know the second factor as well.
    """
    name = db.scalars(select(Account.name).where(Account.id == account)).one()
    new = pyotp.random_base32()
    locked = envelope.lock(kms, new.encode(), _shown_to(account, login))
    made = insert(SecondFactor).values(account=account, locked=locked, made_at=now, last_step=0)
    db.execute(made.on_conflict_do_nothing())
    row = db.get_one(SecondFactor, account, with_for_update=True)
    if row.confirmed_at is not None:
        raise ConflictError("second.confirmed", about=About("account", account))
    secret = _pending(kms, row, login)
    if secret is None:
        secret, row.locked, row.made_at = new, locked, now
        db.flush()
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER))


def confirm(
    db: Session, kms: Kms, by: By, account: UUID, code: str, *, login: UUID, now: datetime
) -> tuple[str, ...]:
    """From now on it is asked for. The ten codes on paper, which are never shown again."""
    row = db.get(SecondFactor, account, with_for_update=True)
    secret = None if row is None or row.confirmed_at is not None else _pending(kms, row, login)
    if row is None or secret is None:
        raise ConflictError("second.nothing_to_confirm", about=About("account", account))
    _take(row, secret, code, now)
    row.locked, row.confirmed_at = envelope.lock(kms, secret.encode(), account.bytes), now
    codes = tuple(_on_paper() for _ in range(_ON_PAPER))
    for each in codes:
        db.add(RecoveryCode(account=account, digest=_digest(db, kms, account, each), used_at=None))
    audit.record(db, Entry("second.confirmed", by, target=("account", account)), now=now)
    return codes


def check(db: Session, kms: Kms, account: UUID, code: str, *, now: datetime) -> None:
    """Raises NotLoggedInError on a wrong code, and on one that was used."""
    row = db.get(SecondFactor, account, with_for_update=True)
    if row is None or row.confirmed_at is None:
        raise NotLoggedInError("login.wrong_code", about=About("account", account))
    if code.isdigit():
        _take(row, envelope.unlock(kms, row.locked, account.bytes).decode(), code, now)
    else:
        _take_from_paper(db, kms, account, code, now)


def remove(db: Session, by: By, account: UUID, *, now: datetime) -> None:
    """For who lost both: they enrol anew at their next login."""
    db.execute(delete(RecoveryCode).where(RecoveryCode.account == account))
    db.execute(delete(SecondFactor).where(SecondFactor.account == account))
    audit.record(db, Entry("second.removed", by, target=("account", account)), now=now)


def wrap_again(db: Session, kms: Kms) -> int:
    """How many secrets were not under the newest master key; by then they are."""
    changed = 0
    for row in db.scalars(select(SecondFactor).with_for_update()):
        newer = envelope.wrap_again(kms, row.locked)
        if newer is not None:
            row.locked = newer
            changed += 1
    db.flush()
    return changed


def _take(row: SecondFactor, secret: str, code: str, now: datetime) -> None:
    """A clock that was set back, here or there, repeats steps: what was taken once is refused."""
    otp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_S
    for step in (current - 1, current, current + 1):
        if step > row.last_step and hmac.compare_digest(otp.generate_otp(step).encode(), code.encode()):
            row.last_step = step
            return
    raise NotLoggedInError("login.wrong_code", about=About("account", row.account))


def _take_from_paper(db: Session, kms: Kms, account: UUID, code: str, now: datetime) -> None:
    tidy = code.lower().replace("-", "").replace(" ", "")
    unused = (RecoveryCode.account == account, RecoveryCode.digest == _digest(db, kms, account, tidy))
    used = update(RecoveryCode).where(*unused, RecoveryCode.used_at.is_(None)).values(used_at=now)
    if db.scalar(used.returning(RecoveryCode.account)) is None:
        raise NotLoggedInError("login.wrong_code", about=About("account", account))


def _shown_to(account: UUID, login: UUID) -> bytes:
    """What it is locked under until it is confirmed: it opens for the login that was shown it alone."""
    return account.bytes + login.bytes


def _pending(kms: Kms, row: SecondFactor, login: UUID) -> str | None:
    """None of one that another login began."""
    try:
        return envelope.unlock(kms, row.locked, _shown_to(row.account, login)).decode()
    except NotLockedHereError:
        return None


def _on_paper() -> str:
    """About 50 bits: nobody tries them through a door that locks."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


def _digest(db: Session, kms: Kms, account: UUID, code: str) -> bytes:
    """Under a key that the database has only wrapped: 50 bits of a stolen table are soon tried."""
    return locking.digest(db, kms, "paper", account.hex, code)
