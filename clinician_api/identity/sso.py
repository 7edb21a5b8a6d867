"""Staff come in by their house's own directory: OpenID Connect, authorization code with PKCE. By Authlib.

What the directory says is checked before it is believed: signature, issuer, audience, nonce, time (OpenID
Connect Core 1.0, 3.1.3.7). It makes nobody: whoever has the house's security links a subject to an account.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Semaphore
from typing import Any, Final
from uuid import UUID

from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]  # it has no types
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]  # as above
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # as above
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.db import Sessions
from clinician_api.errors import About, ConflictError, NotAllowedError, NotFoundError, NotLoggedInError
from clinician_api.identity import logins, rules, service
from clinician_api.identity.models import SsoAttempt, SsoSubject

_TIMEOUT_S: Final = 10
_AT_ONCE: Final = 4
_PATIENCE_S: Final = 2.0
"""One that answers slowly must not hold every thread of the server: whoever comes then is told so."""

_GOOD_FOR: Final = timedelta(minutes=10)
_ALGORITHMS: Final = ["RS256", "PS256", "ES256", "EdDSA"]
"""None without a key, and none with a shared one."""

_STRONG: Final = frozenset({"mfa", "otp", "hwk", "swk", "sc", "pin", "fpt", "face"})
"""Of `amr` (RFC 8176): what says that more than a password was asked."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Where it is and who we are there. `back` is our own address that it sends people to."""

    issuer: str
    client: str
    back: str
    secret: str = field(repr=False)
    turns: Semaphore = field(default_factory=lambda: Semaphore(_AT_ONCE), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Said:
    """What the directory vouches for. `is_strong`: it asked for more than a password."""

    issuer: str
    subject: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """A subject of a directory, and the account that it is here."""

    issuer: str
    subject: str
    account: UUID


def begin(db: Session, directory: Directory, *, now: datetime) -> tuple[str, str]:
    """Where to send the browser, and the state that it has to bring back."""
    with _turn(directory):
        found = _discover(directory)
    db.execute(delete(SsoAttempt).where(SsoAttempt.expires_at < now))
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    made = SsoAttempt(
        digest=rules.digest(state), nonce=nonce, verifier=verifier, made_at=now, expires_at=now + _GOOD_FOR
    )
    db.add(made)
    db.flush()
    address, _ = _session(directory).create_authorization_url(
        found["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
    )
    return str(address), state


def finish(sessions: Sessions, directory: Directory, *, state: str, code: str, now: datetime) -> Said:
    """Raises NotLoggedInError whatever was wrong: an old state, a code used twice, a stranger's token.

    The state is used up in a transaction of its own, so that none waits while the directory is asked.
    """
    with sessions.begin() as db:
        attempt = db.scalars(
            delete(SsoAttempt).where(SsoAttempt.digest == rules.digest(state)).returning(SsoAttempt)
        ).one_or_none()
    if attempt is None or not attempt.made_at <= now < attempt.expires_at:
        raise NotLoggedInError("login.sso_failed")
    with _turn(directory):
        claims = _redeemed(directory, attempt, code, now)
    return Said(directory.issuer, str(claims["sub"]), not _STRONG.isdisjoint(claims.get("amr") or ()))


def _redeemed(directory: Directory, attempt: SsoAttempt, code: str, now: datetime) -> CodeIDToken:
    found = _discover(directory)
    try:
        token = _session(directory).fetch_token(
            found["token_endpoint"], code=code, code_verifier=attempt.verifier, timeout=_TIMEOUT_S
        )
        keys = _fetch(directory, found["jwks_uri"])
        return _claims(directory, token.get("id_token", ""), keys, attempt.nonce, now)
    except (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError) as error:
        raise NotLoggedInError("login.sso_failed", type(error).__name__) from error


def account_of(db: Session, said: Said) -> UUID:
    """Whom the subject is linked to. Raises NotLoggedInError for one that is linked to nobody."""
    linked = select(SsoSubject.account).where(
        SsoSubject.issuer == said.issuer, SsoSubject.subject == said.subject
    )
    account = db.scalar(linked)
    if account is None:
        raise NotLoggedInError("login.sso_unlinked")
    return account


def link(db: Session, by: By, who: Linked, *, institution: UUID, now: datetime) -> None:
    """Let this subject in as the account, of the linker's own institution. One subject is one account."""
    about = _colleague(db, by, who.account, institution)
    row = {"issuer": who.issuer, "subject": who.subject, "account": who.account, "linked_by": by.account}
    made = insert(SsoSubject).values(linked_at=now, **row).on_conflict_do_nothing()
    if db.scalar(made.returning(SsoSubject.account)) is None:
        raise ConflictError("sso.linked_already", about=about)
    audit.record(db, Entry("sso.linked", by, target=about), now=now)


def unlink(db: Session, by: By, account: UUID, *, institution: UUID, now: datetime) -> None:
    """No subject comes in as this colleague any more, and nobody stays in."""
    about = _colleague(db, by, account, institution)
    gone = delete(SsoSubject).where(SsoSubject.account == account).returning(SsoSubject.account)
    if db.scalars(gone).first() is None:
        raise NotFoundError("sso.not_linked", about=about)
    audit.record(db, Entry("sso.unlinked", by, target=about), now=now)
    logins.end_all(db, by, account, now=now)


def _colleague(db: Session, by: By, account: UUID, institution: UUID) -> About:
    """Nobody opens a door for themself."""
    about = About("account", account)
    person = service.people(db, [account]).get(account)
    if person is None or person.institution != institution:
        raise NotFoundError("account.unknown", about=about)
    if by.account == account:
        raise NotAllowedError("account.not_for_oneself", about=about)
    return about


def _claims(
    directory: Directory, id_token: str, keys: Mapping[str, Any], nonce: str, now: datetime
) -> CodeIDToken:
    token = jwt.decode(id_token, KeySet.import_key_set(dict(keys)), algorithms=_ALGORITHMS)  # type: ignore[arg-type]  # theirs
    options: dict[str, Any] = {
        "iss": {"essential": True, "value": directory.issuer},
        "aud": {"essential": True, "value": directory.client},
        "sub": {"essential": True},
        "nonce": {"essential": True, "value": nonce},
    }
    claims = CodeIDToken(token.claims, token.header, options, {"nonce": nonce, "client_id": directory.client})
    claims.validate(now=int(now.timestamp()), leeway=60)
    return claims


@contextmanager
def _turn(directory: Directory) -> Iterator[None]:
    if not directory.turns.acquire(timeout=_PATIENCE_S):
        raise ConflictError("sso.unreachable", "busy")
    try:
        yield
    finally:
        directory.turns.release()


def _discover(directory: Directory) -> Mapping[str, Any]:
    """OpenID Connect Discovery 1.0. One that names another issuer is another's."""
    try:
        found = _fetch(directory, f"{directory.issuer.rstrip('/')}/.well-known/openid-configuration")
    except (RequestException, ValueError) as error:
        raise ConflictError("sso.unreachable", type(error).__name__) from error
    if found.get("issuer") != directory.issuer:
        raise ConflictError("sso.another_issuer")
    return found


def _fetch(directory: Directory, address: str) -> Mapping[str, Any]:
    with _session(directory) as session:
        answer = session.request("GET", address, withhold_token=True, timeout=_TIMEOUT_S)
        answer.raise_for_status()
        found: Mapping[str, Any] = answer.json()
    return found


def _session(directory: Directory) -> OAuth2Session:
    return OAuth2Session(
        directory.client,
        directory.secret,
        scope="openid",
        redirect_uri=directory.back,
        code_challenge_method="S256",
    )
