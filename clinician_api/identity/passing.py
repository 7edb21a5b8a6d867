"""From a right password to an open login: the second factor. Beside `logins`, which knows the first."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import About, ConflictError, NotAllowedError, NotFoundError, NotLoggedInError
from clinician_api.identity import logins, rules, second, service
from clinician_api.identity.logins import Door, Visitor
from clinician_api.identity.models import Login
from clinician_api.identity.rules import Stage
from clinician_api.identity.second import Enrolment
from clinician_api.kms import Kms


@dataclass(frozen=True, slots=True)
class Waiting:
    """A login that has its password right, and sees nothing yet."""

    account: UUID
    login: UUID
    stage: Stage


def waiting(db: Session, token: str, *, now: datetime) -> Waiting | None:
    """Whose login waits for its second factor."""
    login = logins.open_login(db, token, now)
    if login is None or login.stage == "open":
        return None
    return Waiting(login.account, login.id, login.stage)


def begin_second(db: Session, door: Door, token: str, *, now: datetime) -> Enrolment:
    """What an authenticator needs, for a login that has to get a second factor first."""
    who = _waiting(db, token, "enrol", now)
    return second.begin(db, _kms(door), who.account, login=who.login, now=now)


def confirm_second(
    db: Session, door: Door, token: str, code: str, *, visitor: Visitor, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """The login's new token, and the codes to keep on paper."""
    who = _waiting(db, token, "enrol", now)
    _count_code(door, who, visitor, now)
    by = By(who.account, who.login)
    codes = second.confirm(db, _kms(door), by, who.account, code, login=who.login, now=now)
    return _pass(db, door, who, visitor, now), codes


def pass_second(db: Session, door: Door, token: str, code: str, *, visitor: Visitor, now: datetime) -> str:
    """The login's new token: who saw the old one while it waited has nothing."""
    who = _waiting(db, token, "code", now)
    _count_code(door, who, visitor, now)
    second.check(db, _kms(door), who.account, code, now=now)
    return _pass(db, door, who, visitor, now)


def _count_code(door: Door, who: Waiting, visitor: Visitor, now: datetime) -> None:
    """Six digits are few: a guess is counted, and locks, as one at a password does."""
    logins.count_attempt(door.sessions, f"second:{who.account}", visitor.address, limits=door.limits, now=now)


def _pass(db: Session, door: Door, who: Waiting, visitor: Visitor, now: datetime) -> str:
    logins.forgive(db, f"second:{who.account}", visitor.address, limits=door.limits, now=now)
    token = secrets.token_urlsafe(32)
    passed = update(Login).where(Login.id == who.login)
    db.execute(passed.values(stage="open", digest=rules.digest(token), seen_at=now))
    audit.record(db, Entry("login.passed", By(who.account, who.login), target=("login", who.login)), now=now)
    return token


def _waiting(db: Session, token: str, stage: Stage, now: datetime) -> Waiting:
    who = waiting(db, token, now=now)
    if who is None or who.stage != stage:
        raise NotLoggedInError("login.required")
    return who


def _kms(door: Door) -> Kms:
    if door.kms is None:
        raise ConflictError("second.no_keys")
    return door.kms


def remove_second(db: Session, actor: Actor, account: UUID, *, now: datetime) -> None:
    """Whoever has an institution's security does it for its own staff, and never for themself: then an open
    screen and the password would be enough. Their logins end with it."""
    if account == actor.account:
        raise NotAllowedError("account.not_for_oneself", about=About("account", account))
    person = service.people(db, [account]).get(account)
    if person is None or person.institution is None or person.institution != actor.institution:
        raise NotFoundError("account.unknown", about=About("account", account))
    second.remove(db, access.by(actor), account, now=now)
    logins.end_all(db, access.by(actor), account, now=now)
