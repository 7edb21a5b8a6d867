"""Whose a contract is, and who serves under it: for rooms that know it by its id."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.contracts.models import Contract
from clinician_api.errors import About, NotFoundError


@dataclass(frozen=True, slots=True)
class Party:
    """Of one contract, whatever has become of it."""

    contract: UUID
    resident: UUID
    team: UUID
    institution: UUID


def party(db: Session, contract: UUID) -> Party:
    row = db.get(Contract, contract)
    if row is None:
        raise NotFoundError("contract.unknown", about=About("contract", contract))
    return Party(row.id, row.resident, row.team, row.institution)
