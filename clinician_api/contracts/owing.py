"""What an institution still has to give back of fees, for whoever gives it back. Changes nothing.

A contract that has ended shows nobody anything any more; of money that is owed its number, its team and a
masked name are enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.contracts import book, wording
from clinician_api.contracts.models import Contract
from clinician_api.contracts.states import State
from clinician_api.errors import NotAllowedError
from clinician_api.identity import rules as people
from clinician_api.identity import service as identity

_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Owed:
    """`amount` of the `fee`, in yuan; `version` is what a form about it must name."""

    contract: UUID
    version: int
    number: str
    team: str
    name: str
    state: State
    fee: Decimal
    amount: Decimal
    ended_at: datetime | None


def owed(db: Session, actor: Actor, *, now: datetime) -> list[Owed]:
    """Of the supervisor's institution, what has waited longest first. Raises NotAllowedError for others."""
    if "supervisor" not in actor.roles or actor.institution is None:
        raise NotAllowedError("role.not_allowed")
    waiting = select(Contract).where(
        Contract.institution == actor.institution, Contract.fee_state == "refund_due"
    )
    found = list(db.scalars(waiting.order_by(Contract.ended_at, Contract.number).limit(_MOST)))
    access.note(db, actor, *(row.resident for row in found), purpose="refund", now=now)
    return _laid_out(db, found)


def count(db: Session, institution: UUID) -> int:
    waiting = (Contract.institution == institution, Contract.fee_state == "refund_due")
    return db.scalar(select(func.count()).where(*waiting)) or 0


def _laid_out(db: Session, rows: Iterable[Contract]) -> list[Owed]:
    found = list(rows)
    teams = identity.team_cards(db, {row.team for row in found})
    who = identity.residents(db, [row.resident for row in found])
    return [
        Owed(
            contract=row.id,
            version=row.version,
            number=wording.number(row),
            team=teams[row.team].name,
            name=people.masked_name(who[row.resident].name),
            state=row.state,
            fee=row.fee,
            amount=book.refund(row) or Decimal(0),
            ended_at=row.ended_at,
        )
        for row in found
    ]
