"""A resident logs in by a code to their telephone, and lets somebody help by reading one out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor, Scope
from clinician_api.errors import InvalidError
from clinician_api.identity import acting, binding, codes, logins, proxies
from clinician_api.identity.codes import Send
from clinician_api.identity.logins import Door, Visitor
from clinician_api.identity.minding import Relation, Wanted
from clinician_api.identity.rules import Purpose
from clinician_api.identity.schemas import PhoneCode

HELPED_FOR: Final = timedelta(hours=2)
"""One visit. Whoever helps every week is authorised in writing."""

_HELP: Final[frozenset[Scope]] = frozenset({"read", "consult"})
"""A code is no written authorisation: who has only that never signs for somebody (Civil Code 165)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A token where it is clear who logs in; else those who share the number, to choose from."""

    token: str | None
    among: tuple[UUID, ...] = ()


def ask(
    db: Session, door: Door, phone: str, purpose: Purpose, send: Send, *, visitor: Visitor, now: datetime
) -> None:
    """A code to this number, if a resident has it. Who asks for many numbers is stopped by their address:
    each message costs money, and wakes somebody."""
    logins.count_asked(door.sessions, visitor.address, limits=door.limits, now=now)
    codes.ask(db, phone, purpose, send, now=now)


def enter(db: Session, door: Door, given: PhoneCode, *, visitor: Visitor, now: datetime) -> Chosen:
    """With a right code: a couple may share a telephone, and is asked which of them it is."""
    owners = _check(db, door, given, "login", visitor, now)
    if given.resident is None and len(owners) > 1:
        return Chosen(None, tuple(owners))
    who = _one_of(owners, given.resident)
    codes.use(db, given.phone, "login", now=now)
    account = binding.account_of(db, who, passwords=door.passwords, now=now)
    return Chosen(logins.open_for(db, door, account, visitor, now=now))


def help_with(
    db: Session, door: Door, actor: Actor, given: PhoneCode, *, visitor: Visitor, now: datetime
) -> Chosen:
    """Act for whoever read out this code, for one visit. There is no new token: the helper has one."""
    owners = _check(db, door, given, "help", visitor, now)
    if given.resident is None and len(owners) > 1:
        return Chosen(None, tuple(owners))
    who = _one_of(owners, given.resident)
    codes.use(db, given.phone, "help", now=now)
    relation: Relation = "helper" if actor.institution is None else "staff"
    until = now + HELPED_FOR
    wanted = Wanted(
        basis="authorised", relation=relation, scopes=_HELP, since=now, until=until, evidence="code"
    )
    proxies.authorise(db, access.by(actor), who, actor.account, wanted, now=now)
    acting.act_for(db, actor, who, now=now)
    return Chosen(None)


def _check(
    db: Session, door: Door, given: PhoneCode, purpose: Purpose, visitor: Visitor, now: datetime
) -> list[UUID]:
    """A guess is counted in transactions of its own, by number and by address."""
    name = f"phone:{given.phone}"
    logins.count_attempt(door.sessions, name, visitor.address, limits=door.limits, now=now)
    with door.sessions.begin() as own:
        codes.count_try(own, given.phone, purpose)
    owners = codes.check(db, given.phone, purpose, given.code, now=now)
    logins.forgive(db, name, visitor.address, limits=door.limits, now=now)
    return owners


def _one_of(owners: list[UUID], resident: UUID | None) -> UUID:
    who = resident or (owners[0] if owners else None)
    if who is None or who not in owners:
        raise InvalidError("login.not_this_number", "resident")
    return who
