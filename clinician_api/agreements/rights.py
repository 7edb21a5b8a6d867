"""That a resident has read their rights and duties: once for each contract and wording."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api.agreements.models import RightsReceipt
from clinician_api.agreements.rules import Language
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import ConflictError

VERSION: Final = 1
"""Of the wording: a test knows each version's digest, so none is changed under those who have read it."""


def put_down(
    db: Session, by: By, resident: UUID, contract: UUID, *, version: int, language: Language, now: datetime
) -> None:
    """They have read it; again changes nothing. Raises ConflictError where the wording changed."""
    if version != VERSION:
        raise ConflictError("rights.changed")
    row = {
        "id": uuid4(),
        "resident": resident,
        "contract": contract,
        "version": version,
        "language": language,
        "account": by.account,
        "read_at": now,
    }
    added = insert(RightsReceipt).values(row).on_conflict_do_nothing().returning(RightsReceipt.id)
    receipt = db.scalar(added)
    if receipt is not None:
        read = Entry("rights.read", by, resident=resident, target=("rights_receipt", receipt))
        audit.record(db, read, now=now)


def read_since(db: Session, since: datetime) -> list[RightsReceipt]:
    """Everybody's, whoever asks: for what follows from it, never for a page."""
    return list(db.scalars(select(RightsReceipt).where(RightsReceipt.read_at >= since)))


def read_at(db: Session, contract: UUID) -> datetime | None:
    """When today's wording was read by or for the resident of this contract."""
    of_contract = (RightsReceipt.contract == contract, RightsReceipt.version == VERSION)
    return db.scalar(select(RightsReceipt.read_at).where(*of_contract))
