"""Who lives and signs together. Each member has a contract of their own; a household gives nobody sight."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import About, ConflictError, NotFoundError
from clinician_api.identity import service
from clinician_api.identity.models import Household, HouseholdMember
from clinician_api.identity.rules import HouseholdRelation
from clinician_api.identity.schemas import HouseholdOut, MemberOut


def found(db: Session, by: By, head: UUID, *, address: str, now: datetime) -> UUID:
    """A household with its head; somebody belongs to one at a time."""
    row = Household(id=uuid4(), address=address, head=head, created_at=now)
    db.add(row)
    db.flush()
    admit(db, by, row.id, head, "head", now=now)
    return row.id


def admit(
    db: Session, by: By, household: UUID, resident: UUID, relation: HouseholdRelation, *, now: datetime
) -> None:
    service.lock_resident(db, resident)
    row = _household(db, household)
    if _membership(db, resident) is not None:
        raise ConflictError("household.has_one", about=About("resident", resident))
    if (relation == "head") != (resident == row.head):
        raise ConflictError("household.one_head", about=About("resident", resident))
    span = {"since": now, "until": None}
    db.add(HouseholdMember(id=uuid4(), household=household, resident=resident, relation=relation, **span))
    db.flush()
    _write_down(db, "household.joined", by, household, resident, now)


def leave(db: Session, by: By, resident: UUID, *, now: datetime) -> None:
    """Kept with its dates. The head is the last to leave."""
    service.lock_resident(db, resident)
    row = _membership(db, resident)
    if row is None:
        raise NotFoundError("household.none", about=About("resident", resident))
    others = _members(db, row.household)
    if row.relation == "head" and len(others) > 1:
        raise ConflictError("household.head_stays", about=About("resident", resident))
    row.until = now
    db.flush()
    _write_down(db, "household.left", by, row.household, resident, now)


def of(db: Session, resident: UUID) -> HouseholdOut | None:
    """Ids alone: whoever shows names makes sure first that they may be seen."""
    mine = _membership(db, resident)
    if mine is None:
        return None
    row = _household(db, mine.household)
    members = [MemberOut(resident=each.resident, relation=each.relation) for each in _members(db, row.id)]
    return HouseholdOut(id=row.id, address=row.address, head=row.head, members=members)


def _household(db: Session, household: UUID) -> Household:
    row = db.get(Household, household)
    if row is None:
        raise NotFoundError("household.unknown", about=About("household", household))
    return row


def _membership(db: Session, resident: UUID) -> HouseholdMember | None:
    still = (HouseholdMember.resident == resident, HouseholdMember.until.is_(None))
    return db.scalar(select(HouseholdMember).where(*still))


def _members(db: Session, household: UUID) -> list[HouseholdMember]:
    still = (HouseholdMember.household == household, HouseholdMember.until.is_(None))
    rows = select(HouseholdMember).where(*still).order_by(HouseholdMember.since, HouseholdMember.id)
    return list(db.scalars(rows))


def _write_down(db: Session, action: str, by: By, household: UUID, resident: UUID, now: datetime) -> None:
    audit.record(db, Entry(action, by, resident=resident, target=("household", household)), now=now)
