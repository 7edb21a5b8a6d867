"""How a person is reached beside the page: unmasked, for the ways of notices and for nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.identity.models import Account, Resident
from clinician_api.identity.rules import Language


@dataclass(frozen=True, slots=True)
class Reach:
    """`resident` is the person behind an account, if it is a resident's. Stands in no log."""

    language: Language
    resident: UUID | None
    is_simulated: bool
    phone: str | None = field(repr=False)
    email: str | None = field(default=None, repr=False)


def of_account(db: Session, account: UUID) -> Reach | None:
    row = db.get(Account, account)
    if row is None:
        return None
    person = db.get(Resident, row.resident) if row.resident else None
    phone = row.phone or (person.phone if person else None)
    return Reach(row.language, row.resident, person is not None and person.is_simulated, phone, row.email)


def of_resident(db: Session, resident: UUID) -> Reach | None:
    row = db.get(Resident, resident)
    if row is None:
        return None
    email = db.scalar(select(Account.email).where(Account.resident == resident))
    return Reach(row.language, row.id, row.is_simulated, row.phone, email)
