"""Decisions about people and logins: tokens, locks, masks, ages. Pure."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID

from clinician_api.access.rules import SPLIT, Role

Sex = Literal["female", "male", "unknown"]
Language = Literal["zh", "en"]
Stage = Literal["open", "code", "enrol"]
"""Of a login: `code` waits for the second factor, `enrol` has to get one; neither sees anything."""
HouseholdRelation = Literal[
    "head", "spouse", "parent", "child", "grandparent", "grandchild", "sibling", "other"
]
"""What a member is to the head of the household."""
Purpose = Literal["login", "help", "sign"]
"""What a one-time code is good for: to come in, to be helped for a visit, to sign an agreement."""

TeamRole = Literal[
    "doctor", "nurse", "leader", "public_health", "pharmacist", "village_doctor", "specialist",
    "supervisor", "administrator", "security", "auditor", "regulator",
]  # fmt: skip
"""What a membership gives. The last five are of a whole institution, and of no team."""

OF_NO_TEAM: Final[frozenset[TeamRole]] = frozenset(
    {"supervisor", "administrator", "security", "auditor", "regulator"}
)

# Failures older than this say nothing about today's.
FORGOTTEN: Final = timedelta(hours=24)
_LONGEST_LOCK: Final = timedelta(hours=1)
_APART: Final = timedelta(minutes=1)


def digest(token: str) -> bytes:
    """What is stored of a login's token. It has 256 random bits, so a plain hash cannot be searched."""
    return sha256(token.encode()).digest()


def csrf_token(token: str, behalf: UUID | None = None) -> str:
    """Of one login's forms: follows from its token, which no other site can read, and is stored nowhere.

    Another one while the login acts for somebody: what was opened for one person is never sent for another.
    """
    whose = b"csrf" if behalf is None else b"csrf" + behalf.bytes
    return hmac.new(token.encode(), whose, sha256).hexdigest()


def is_csrf_token(said: str | None, token: str, behalf: UUID | None = None) -> bool:
    return said is not None and hmac.compare_digest(said.encode(), csrf_token(token, behalf).encode())


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many failures on a name is locked, and for how long at first; an address after more."""

    name_failures: int
    address_failures: int
    lock: timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a login holds: unused, and at most."""

    idle: timedelta
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Throttle:
    """Failures of one name or one address."""

    failures: int
    last_at: datetime
    blocked_until: datetime | None


def blocked_for(known: Throttle, now: datetime) -> timedelta | None:
    """How long nobody may try, whatever the password. What a clock that was ahead locked does not stay locked
    for as long as it was wrong; requests that wait their turn are no minute apart."""
    if known.blocked_until is None or known.blocked_until <= now or known.last_at - now > _APART:
        return None
    return known.blocked_until - now


def after_name_failure(known: Throttle, limits: Limits, now: datetime) -> Throttle:
    """One more failure. The fifth locks for 15 minutes, each further one for twice as long, up to an hour;
    before that the third and fourth cost seconds, which a person hardly feels and a program does."""
    stale = now - known.last_at > FORGOTTEN
    failures = 1 if stale else known.failures + 1
    return Throttle(failures, now, now + _pause(failures - limits.name_failures, limits.lock))


def _pause(beyond: int, lock: timedelta) -> timedelta:
    if beyond >= 0:
        return min(_LONGEST_LOCK, lock * (1 << min(beyond, 8)))
    return timedelta(seconds=4 >> (-1 - beyond)) if beyond >= -2 else timedelta()


def after_address_failure(known: Throttle, limits: Limits, now: datetime) -> Throttle:
    """One more failure. A whole clinic may share an address, so its failures drain away while it waits; a
    clock that was set back adds none."""
    drained = max(0, int((now - known.last_at) / (limits.lock / limits.address_failures)))
    failures = max(0, known.failures - drained) + 1
    return Throttle(failures, now, now + limits.lock if failures >= limits.address_failures else None)


def stage(*, is_resident: bool, has_second: bool, must_have_second: bool) -> Stage:
    """Of a login whose password was right. A resident has one device and no second factor."""
    if is_resident:
        return "open"
    if has_second:
        return "code"
    return "enrol" if must_have_second else "open"


def is_open(*, seen_at: datetime, idle: timedelta, expires_at: datetime, now: datetime) -> bool:
    """Whether a login still holds."""
    return now < expires_at and now - seen_at < idle


def fits_place(role: TeamRole, *, has_team: bool) -> bool:
    """A role of the institution has no team, every other has one."""
    return has_team != (role in OF_NO_TEAM)


def splits(held: frozenset[Role], wanted: TeamRole) -> bool:
    """Whether one more role would put two into one hand of those that must stay apart."""
    return wanted in SPLIT and bool((held - {wanted}) & SPLIT)


def age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def masked_name(name: str) -> str:
    """陈*英: enough for who knows them."""
    if len(name) < 3:
        return f"{name[:1]}*"
    return f"{name[:1]}{'*' * min(3, len(name) - 2)}{name[-1:]}"


def masked(phone: str | None) -> str | None:
    """138****5678: enough to recognise, too little to call."""
    if phone is None:
        return None
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"
