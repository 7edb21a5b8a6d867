"""What is left of agreements after their time: ids and digests. The tables let nothing else be changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from clinician_api.agreements.models import Agreement, AgreementSeal


def sealed_of(db: Session, resident: UUID) -> list[UUID]:
    """Whose documents lie in the vault."""
    mine = select(AgreementSeal.agreement).join(Agreement, Agreement.id == AgreementSeal.agreement)
    return list(db.scalars(mine.where(Agreement.resident == resident)))


def digests_of(db: Session, resident: UUID) -> list[str]:
    """Of each agreement's terms; they prove nothing about anybody without the words."""
    mine = select(Agreement.sha256).where(Agreement.resident == resident)
    return list(db.scalars(mine.order_by(Agreement.frozen_at)))


def empty(db: Session, resident: UUID) -> None:
    """Take out every word of the resident's agreements. The triggers let exactly this pass, where a
    transaction says that it is meant."""
    db.execute(text("set local care.shredding = 'on'"))
    mine = select(Agreement.id).where(Agreement.resident == resident)
    db.execute(update(AgreementSeal).where(AgreementSeal.agreement.in_(mine)).values(signatures={}))
    db.execute(update(Agreement).where(Agreement.resident == resident).values(terms={}))
    db.execute(text("set local care.shredding = 'off'"))
