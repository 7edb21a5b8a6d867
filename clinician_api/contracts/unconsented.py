"""Contracts that run though nobody agreed to the use of health information: signed before it was asked.

The team has them as a list, and each resident is asked once. Nothing of it ends a contract.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.consents import service as consents
from clinician_api.contracts import book, looking, states, telling, turning
from clinician_api.contracts.due import Reminder
from clinician_api.contracts.models import Contract, ContractReminder
from clinician_api.contracts.states import State
from clinician_api.db import Sessions
from clinician_api.identity import service as identity

KIND: Final = "consent_missing"
_RUNS: Final[tuple[State, ...]] = (*sorted(states.RUNNING), "renewed")
_AT_ONCE: Final = 200


def in_sight(db: Session, actor: Actor, *, now: datetime) -> list[Contract]:
    """Of those whom the actor sees, at most a hundred: whose contract ends soonest first."""
    return looking.queue(db, actor, _RUNS, now=now, only=_lacks(now))


def waiting(db: Session, *, now: datetime) -> list[UUID]:
    """Contracts whose resident was not asked yet."""
    told = select(ContractReminder.contract).where(ContractReminder.kind == KIND)
    found = select(Contract.id).where(Contract.state.in_(_RUNS), _lacks(now), Contract.id.not_in(told))
    return list(db.scalars(found.order_by(Contract.number).limit(_AT_ONCE)))


def ask(db: Session, contract: UUID, *, now: datetime) -> None:
    """Once. Whoever has agreed meanwhile is not asked."""
    row = book.find(db, contract)
    identity.lock_resident(db, row.resident)
    if consents.holds(db, row.resident, "care", now):
        return
    reminder = Reminder(KIND, now, "resident", KIND)
    if turning.note(db, row, reminder, told_at=now):
        telling.remind(db, row, reminder, now=now)


def round_of_asking(sessions: Sessions, now: datetime) -> None:
    with sessions.begin() as db:
        found = waiting(db, now=now)
    for contract in found:
        with sessions.begin() as db:
            ask(db, contract, now=now)


def _lacks(now: datetime) -> ColumnElement[bool]:
    return Contract.resident.not_in(consents.who_agreed("care", now))
