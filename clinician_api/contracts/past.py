"""Contracts whose time is over: when a resident's last one ended, and what is taken out of them then."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, cast, func, select, text, update
from sqlalchemy.orm import Session

from clinician_api.contracts.models import Contract, ContractSignature

# Whichever is later: one that was ended before its day, or drawn out by a step after it.
_END: ColumnElement[date] = func.max(func.greatest(Contract.ends, cast(Contract.ended_at, Date)))


def last_ends(db: Session) -> list[tuple[UUID, date]]:
    """Of everybody who ever had one, applied for or signed."""
    return [(resident, end) for resident, end in db.execute(_ends())]


def last_end(db: Session, resident: UUID) -> date | None:
    found = db.execute(_ends().where(Contract.resident == resident)).one_or_none()
    return found[1] if found else None


def _ends() -> Select[UUID, date]:
    return select(Contract.resident, _END).group_by(Contract.resident)


def empty_signatures(db: Session, resident: UUID) -> None:
    """Names and papers of who signed for them, and free words; that it was signed, and when, stays."""
    db.execute(text("set local care.shredding = 'on'"))
    mine = select(Contract.id).where(Contract.resident == resident)
    gone = {"name": "", "evidence": "", "relation": ""}
    db.execute(update(ContractSignature).where(ContractSignature.contract.in_(mine)).values(gone))
    db.execute(update(Contract).where(Contract.resident == resident).values(words=""))
    db.execute(text("set local care.shredding = 'off'"))
