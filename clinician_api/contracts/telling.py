"""Who is told what of a contract. Puts notices into the outbox and changes no contract.

Of a contract that gives no sight the team's notices name the contract alone: a page asks for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.consents import family
from clinician_api.contracts import book
from clinician_api.contracts.due import Audience, Reminder
from clinician_api.contracts.models import Contract
from clinician_api.identity import service as identity
from clinician_api.notices import service as notices
from clinician_api.notices.rules import Fact, Message, Recipient

_SEEN_BY_TEAM: Final = frozenset({"active", "renewal_due", "renewed"})


def remind(db: Session, row: Contract, reminder: Reminder, *, now: datetime) -> None:
    _queue(db, row, f"contract.{reminder.kind}", people(db, row, reminder.to, now), reminder.kind, now)


def tell(db: Session, row: Contract, code: str, to: Audience, *, now: datetime, **facts: Fact) -> None:
    """Of this version of the contract, once."""
    _queue(db, row, code, people(db, row, to, now), str(row.version), now, **facts)


def tell_supervisors(db: Session, institution: UUID, message: Message, *, now: datetime) -> None:
    supervisors = identity.supervisors(db, institution, now)
    notices.queue(db, [Recipient("account", each) for each in supervisors], message, now=now)


def people(db: Session, row: Contract, to: Audience, now: datetime) -> list[Recipient]:
    match to:
        case "resident":
            return _home(db, row, now)
        case "team":
            return _accounts(identity.members(db, row.team, now))
        case "leaders":
            leaders = identity.leaders(db, row.team, now)
            return _accounts([*leaders, *identity.supervisors(db, row.institution, now)])
        case "both":
            leaders = identity.leaders(db, row.team, now) or identity.members(db, row.team, now)
            return [*_home(db, row, now), *_accounts(leaders)]


def _home(db: Session, row: Contract, now: datetime) -> list[Recipient]:
    """The resident, and who may sign for them: a child reads no reminder. Of the dead nobody is told."""
    if book.has_died(db, row.resident):
        return []
    signing = family.accounts(db, row.resident, scope="sign", now=now)
    return [Recipient("resident", row.resident), *_accounts(signing)]


def _queue(
    db: Session, row: Contract, code: str, to: list[Recipient], occasion: str, now: datetime, **facts: Fact
) -> None:
    known: dict[str, Fact] = {
        "team": str(row.team),
        "begins": row.begins.isoformat(),
        "ends": row.ends.isoformat(),
    }
    if row.state in _SEEN_BY_TEAM:
        known["resident"] = str(row.resident)
    notices.queue(db, to, Message(code, "contract", row.id, occasion, known | facts), now=now)


def _accounts(ids: Iterable[UUID]) -> list[Recipient]:
    return [Recipient("account", each) for each in ids]
