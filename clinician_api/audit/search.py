"""Asks the audit: by day, account, resident, action or outcome. Only reads, and lets nobody in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from clinician_api.audit.models import AuditEntry
from clinician_api.audit.rules import Facts, Outcome

MOST = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is left out is not asked for. `action` is a whole one, or the beginning of some: `contract.`"""

    since: datetime
    until: datetime
    account: UUID | None = None
    resident: UUID | None = None
    action: str | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An entry as it is read back."""

    seq: int
    at: datetime
    account: UUID | None
    behalf: UUID | None
    action: str
    outcome: Outcome
    resident: UUID | None
    target_kind: str | None
    target: UUID | None
    purpose: str | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class Group:
    """How often somebody did the same with one resident on one day, and when last."""

    account: UUID | None
    behalf: UUID | None
    action: str
    outcome: Outcome
    purpose: str | None
    times: int
    last: datetime


def search(
    db: Session, wanted: Wanted, *, before: tuple[datetime, int] | None = None, most: int = MOST
) -> list[Found]:
    """The newest first; `before` is the time and number of the last one of the page before."""
    found = select(AuditEntry).where(*_asked(wanted))
    if before is not None:
        at, seq = before
        found = found.where(or_(AuditEntry.at < at, and_(AuditEntry.at == at, AuditEntry.seq < seq)))
    rows = db.scalars(found.order_by(AuditEntry.at.desc(), AuditEntry.seq.desc()).limit(most))
    return [_found(row) for row in rows]


def groups(db: Session, resident: UUID, *, since: datetime, until: datetime, zone: str) -> list[Group]:
    """What was read of one resident and done about them, a line for each who and what of a day."""
    day = func.date(func.timezone(zone, AuditEntry.at))
    by = (
        AuditEntry.account,
        AuditEntry.on_behalf_of,
        AuditEntry.action,
        AuditEntry.outcome,
        AuditEntry.purpose,
    )
    counted = select(*by, func.count(), func.max(AuditEntry.at).label("last"))
    about = (AuditEntry.resident == resident, AuditEntry.at >= since, AuditEntry.at < until)
    rows = db.execute(counted.where(*about).group_by(day, *by).order_by(func.max(AuditEntry.at).desc()))
    return [Group(*row) for row in rows]


def _asked(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield AuditEntry.at >= wanted.since
    yield AuditEntry.at < wanted.until
    if wanted.account is not None:
        yield AuditEntry.account == wanted.account
    if wanted.resident is not None:
        yield AuditEntry.resident == wanted.resident
    if wanted.outcome is not None:
        yield AuditEntry.outcome == wanted.outcome
    if wanted.action:
        is_part = wanted.action.endswith(".")
        yield (
            AuditEntry.action.startswith(wanted.action, autoescape=True)
            if is_part
            else (AuditEntry.action == wanted.action)
        )


def _found(row: AuditEntry) -> Found:
    return Found(
        row.seq,
        row.at,
        row.account,
        row.on_behalf_of,
        row.action,
        row.outcome,
        row.resident,
        row.target_kind,
        row.target,
        row.purpose,
        row.facts,
    )
