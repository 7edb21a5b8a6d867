"""Logging in and out, and the locks that stop guessing. Beside `service`, which is about people."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.db import Sessions
from clinician_api.errors import About, NotFoundError, NotLoggedInError, TooManyError
from clinician_api.identity import rules, second, service
from clinician_api.identity.models import Account, Login, LoginThrottle
from clinician_api.identity.rules import Limits, Terms, Throttle
from clinician_api.identity.schemas import LogIn, LoginOut
from clinician_api.kms import Kms
from clinician_api.passwords import Passwords

# A login is not written to on every click, only when this much of its idle time has gone.
_TOUCH: Final = timedelta(minutes=1)

_FORGET: Final = text(
    """
    delete from care.login_throttle where (kind, digest) in (
        select kind, digest from care.login_throttle where last_at < :before limit 100 for update skip locked
    )
    """
)


OneMore = Callable[[Throttle, Limits, datetime], Throttle]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a login is tried from."""

    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Door:
    """What every login is measured by; made once, in main. Without `kms` nobody can get a second factor."""

    sessions: Sessions
    passwords: Passwords
    limits: Limits
    staff: Terms
    residents: Terms
    kms: Kms | None = None
    must_have_second: bool = True


def enter(
    db: Session, door: Door, said: LogIn, *, visitor: Visitor, before: str | None, now: datetime
) -> str:
    """Log in and give the new token. `before`, the token that came along, is ended and never taken over."""
    count_attempt(door.sessions, said.name, visitor.address, limits=door.limits, now=now)
    account = check_password(
        db, said.name, said.password.get_secret_value(), passwords=door.passwords, now=now
    )
    forgive(db, said.name, visitor.address, limits=door.limits, now=now)
    if before:
        end_token(db, before, now=now)
    return open_for(db, door, account, visitor, now=now)


def open_for(
    db: Session, door: Door, account: UUID, visitor: Visitor, *, is_strong: bool = False, now: datetime
) -> str:
    """The token of a new login for an account that proved who it is; it may wait for a second factor, unless
    more than a password was asked already."""
    is_resident = service.people(db, [account])[account].resident is not None
    terms = door.residents if is_resident else door.staff
    token = log_in(db, account, visitor, terms=terms, now=now)
    stage = rules.stage(
        is_resident=is_resident,
        has_second=second.is_confirmed(db, account),
        must_have_second=door.must_have_second,
    )
    stage = "open" if is_strong else stage
    db.execute(update(Login).where(Login.digest == rules.digest(token)).values(stage=stage))
    return token


def count_attempt(sessions: Sessions, name: str, address: str, *, limits: Limits, now: datetime) -> None:
    """Count a failure before the password is looked at, in transactions of its own: whoever guesses in
    parallel is counted as often as whoever guesses in turn. Success takes it back."""
    # The address first and for itself: it also pays for knocking at a name that is locked.
    with sessions.begin() as db:
        db.execute(_FORGET, {"before": now - rules.FORGOTTEN})
        _count(_throttle(db, "address", address, now), rules.after_address_failure, limits, now)
    with sessions.begin() as db:
        _count(_throttle(db, "name", name, now), rules.after_name_failure, limits, now)


def count_asked(sessions: Sessions, address: str, *, limits: Limits, now: datetime) -> None:
    """Count that a code was asked for, apart from failures: who asks for a neighbour locks no colleague."""
    with sessions.begin() as db:
        _count(_throttle(db, "address", f"codes:{address}", now), rules.after_address_failure, limits, now)


def _count(row: LoginThrottle, one_more: OneMore, limits: Limits, now: datetime) -> None:
    known = Throttle(row.failures, row.last_at, row.blocked_until)
    if wait := rules.blocked_for(known, now):
        code = "login.locked" if row.kind == "name" else "login.too_many"
        raise TooManyError(code, retry_after=int(wait.total_seconds()) + 1)
    counted = one_more(known, limits, now)
    row.failures, row.last_at, row.blocked_until = counted.failures, now, counted.blocked_until


def _throttle(db: Session, kind: Literal["address", "name"], key: str, now: datetime) -> LoginThrottle:
    digest = sha256(key.encode()).digest()
    blank = insert(LoginThrottle).values(kind=kind, digest=digest, failures=0, last_at=now)
    db.execute(blank.on_conflict_do_nothing())
    return db.get_one(LoginThrottle, (kind, digest), with_for_update=True)


def check_password(db: Session, name: str, password: str, *, passwords: Passwords, now: datetime) -> UUID:
    """The account that the two belong to; a name that does not exist takes as long to refuse."""
    account = db.scalar(select(Account).where(Account.name == name))
    is_closed = account is None or (account.closed_at is not None and account.closed_at <= now)
    fits = passwords.fits(password, account.password if account and not is_closed else None)
    if account is None or not fits:
        raise NotLoggedInError("login.wrong", about=About("account", account.id) if account else None)
    if passwords.is_outdated(account.password):
        account.password = passwords.hash(password)
    return account.id


def log_in(db: Session, account: UUID, visitor: Visitor, *, terms: Terms, now: datetime) -> str:
    """A new login's token. Its digest is stored, the browser alone has it."""
    token = secrets.token_urlsafe(32)
    login = Login(
        id=uuid4(),
        account=account,
        digest=rules.digest(token),
        created_at=now,
        seen_at=now,
        idle_seconds=int(terms.idle.total_seconds()),
        expires_at=now + terms.lasts,
        ended_at=None,
        address=visitor.address,
        agent=visitor.agent[:200],
    )
    db.add(login)
    db.flush()
    audit.record(db, Entry("login.opened", By(account, login.id), target=("login", login.id)), now=now)
    return token


def forgive(db: Session, name: str, address: str, *, limits: Limits, now: datetime) -> None:
    """Take back what was counted before the password turned out right, and the name's failures before it."""
    of_address = _throttle(db, "address", address, now)
    of_address.failures = max(0, of_address.failures - 1)
    if of_address.failures < limits.address_failures:
        of_address.blocked_until = None
    of_name = _throttle(db, "name", name, now)
    of_name.failures, of_name.blocked_until = 0, None
    db.flush()


def actor_of(db: Session, token: str, *, now: datetime) -> Actor | None:
    """Who has this token, if their login still holds. That they were here puts off its idle end."""
    login = open_login(db, token, now)
    if login is None or login.stage != "open":
        return None
    if now - login.seen_at >= _TOUCH:
        db.execute(update(Login).where(Login.id == login.id).values(seen_at=now))
    actor = service.actor_of(db, login.account, login=login.id, behalf=login.behalf, now=now)
    if login.behalf is not None and (actor is None or actor.behalf is None):
        login.behalf = None  # the authorisation is over; another one has to be taken up anew
    return actor


def holds(db: Session, login: UUID, *, now: datetime) -> bool:
    """Whether a login is still open. That a page listens puts nothing off: only its person does."""
    row = db.get(Login, login)
    return row is not None and row.ended_at is None and _is_open(row, now)


def end_token(db: Session, token: str, *, now: datetime) -> None:
    """Log out whoever has this token, if anybody."""
    if login := open_login(db, token, now):
        _end(db, login, By(login.account, login.id), now)


def end_login(db: Session, actor: Actor, login: UUID, *, now: datetime) -> None:
    """Log one's own other device out."""
    row = db.scalar(_logins_of(actor, now).where(Login.id == login))
    if row is None:
        raise NotFoundError("login.unknown", about=About("login", login))
    _end(db, row, By(actor.account, actor.login), now)


def end_all(db: Session, by: By, account: UUID, *, but: UUID | None = None, now: datetime) -> None:
    """Log somebody out everywhere, but for this login."""
    for row in db.scalars(select(Login).where(Login.account == account, Login.ended_at.is_(None))):
        if row.id != but:
            _end(db, row, by, now)


def forget(db: Session, *, before: datetime, most: int = 10_000) -> int:
    """Delete those that were over by then, so many at a time; how many."""
    over = select(Login.id).where(func.coalesce(Login.ended_at, Login.expires_at) < before).limit(most)
    return len(list(db.scalars(delete(Login).where(Login.id.in_(over)).returning(Login.id))))


def logins_of(db: Session, actor: Actor, *, now: datetime) -> list[LoginOut]:
    """Where the actor is logged in, the latest first."""
    rows = db.scalars(_logins_of(actor, now).order_by(Login.created_at.desc()))
    return [_out(row, current=row.id == actor.login) for row in rows if _is_open(row, now)]


def _logins_of(actor: Actor, now: datetime) -> Select[Login]:
    return select(Login).where(
        Login.account == actor.account, Login.ended_at.is_(None), Login.expires_at > now
    )


def open_login(db: Session, token: str, now: datetime) -> Login | None:
    login = db.scalar(select(Login).where(Login.digest == rules.digest(token), Login.ended_at.is_(None)))
    return login if login is not None and _is_open(login, now) else None


def _is_open(login: Login, now: datetime) -> bool:
    idle = timedelta(seconds=login.idle_seconds)
    return rules.is_open(seen_at=login.seen_at, idle=idle, expires_at=login.expires_at, now=now)


def _end(db: Session, login: Login, by: By, now: datetime) -> None:
    login.ended_at = now
    db.flush()
    audit.record(db, Entry("login.ended", by, target=("login", login.id)), now=now)


def _out(login: Login, *, current: bool) -> LoginOut:
    return LoginOut(
        id=login.id, created_at=login.created_at, seen_at=login.seen_at, agent=login.agent, current=current
    )
