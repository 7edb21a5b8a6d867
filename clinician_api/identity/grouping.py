"""Priority groups of a resident: computed from the day of birth, kept where a register or a paper says so."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import About, ConflictError, InvalidError, NotFoundError
from clinician_api.identity import groups, service
from clinician_api.identity.groups import Code, Group, Kept
from clinician_api.identity.models import PriorityGroup, Resident


def on(db: Session, resident: UUID, today: date, *, elderly: int = groups.ELDERLY) -> list[Group]:
    """Of a resident that the caller has made sure may be seen."""
    born = db.scalar(select(Resident.born).where(Resident.id == resident))
    if born is None:
        raise NotFoundError("resident.unknown", about=About("resident", resident))
    rows = db.scalars(select(PriorityGroup).where(PriorityGroup.resident == resident))
    return list(groups.on(born, [_group(row) for row in rows], today, elderly=elderly))


def keep(db: Session, by: By, resident: UUID, kept: Kept, *, now: datetime) -> None:
    """From a register it comes by whoever keeps that."""
    service.lock_resident(db, resident)
    if not kept.is_fitting:
        raise InvalidError("group.is_computed", "code")
    if _open(db, resident, kept.code) is not None:
        raise ConflictError("group.known", about=About("resident", resident))
    db.add(
        PriorityGroup(
            id=uuid4(),
            resident=resident,
            code=kept.code,
            by=kept.by,
            evidence=kept.evidence,
            since=kept.since,
            until=None,
            stated_by=by.account,
            stated_at=now,
        )
    )
    db.flush()
    _write_down(db, "group.kept", by, resident, kept.code, now)


def end(db: Session, by: By, resident: UUID, code: Code, *, until: date, now: datetime) -> None:
    """`until` is the first day on which it no longer holds."""
    service.lock_resident(db, resident)
    row = _open(db, resident, code)
    if row is None:
        raise NotFoundError("group.unknown", about=About("resident", resident))
    if until <= row.since:
        raise InvalidError("group.ends_before_it_begins", "until")
    row.until = until
    db.flush()
    _write_down(db, "group.ended", by, resident, code, now)


def _open(db: Session, resident: UUID, code: Code) -> PriorityGroup | None:
    still = (PriorityGroup.resident == resident, PriorityGroup.code == code, PriorityGroup.until.is_(None))
    return db.scalar(select(PriorityGroup).where(*still))


def _group(row: PriorityGroup) -> Group:
    return Group(row.code, row.by, row.since, row.until)


def _write_down(db: Session, action: str, by: By, resident: UUID, code: Code, now: datetime) -> None:
    audit.record(db, Entry(action, by, resident=resident, facts={"code": code}), now=now)
