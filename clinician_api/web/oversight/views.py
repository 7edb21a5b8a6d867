"""What the pages of oversight show, with names put to ids. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.audit.search import Found
from clinician_api.identity import service as identity
from clinician_api.oversight.rules import Look


@dataclass(frozen=True, slots=True)
class LookRow:
    """`who` looked; the resident has a file number and, for whoever looks, a page."""

    look: Look
    who: str
    file_number: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Staff by name, residents by file number alone: an auditor needs no more."""

    at: datetime
    who: str
    account: UUID | None
    behalf: str
    action: str
    outcome: str
    file_number: str
    resident: UUID | None
    purpose: str
    target: str
    facts: str


def looks(db: Session, found: Iterable[Look], now: datetime) -> tuple[LookRow, ...]:
    rows = list(found)
    people = identity.people(db, {each.account for each in rows})
    files = identity.residents(db, {each.resident for each in rows})
    return tuple(
        LookRow(
            each,
            people[each.account].name if each.account in people else "",
            files[each.resident].file_number if each.resident in files else "",
            is_overdue=each.verdict is None and now >= each.review_due,
        )
        for each in rows
    )


def entries(db: Session, found: Sequence[Found]) -> tuple[AuditRow, ...]:
    people = identity.people(db, {each.account for each in found if each.account})
    told = {each.resident for each in found if each.resident} | {each.behalf for each in found if each.behalf}
    files = {resident: row.file_number for resident, row in identity.residents(db, told).items()}
    names = {
        account: files_of(person.resident, files) if person.resident else person.name
        for account, person in people.items()
    }
    return tuple(_entry(each, names, files) for each in found)


def files_of(resident: UUID, files: dict[UUID, str]) -> str:
    """A resident's own account goes by their file number as well, where it is known here."""
    return files.get(resident, str(resident)[:8])


def _entry(found: Found, names: dict[UUID, str], files: dict[UUID, str]) -> AuditRow:
    facts = ", ".join(f"{name}={value}" for name, value in sorted(found.facts.items()) if value is not None)
    return AuditRow(
        at=found.at,
        who=names.get(found.account, str(found.account)[:8]) if found.account else "",
        account=found.account,
        behalf=files.get(found.behalf, str(found.behalf)[:8]) if found.behalf else "",
        action=found.action,
        outcome=found.outcome,
        file_number=files.get(found.resident, str(found.resident)[:8]) if found.resident else "",
        resident=found.resident,
        purpose=found.purpose or "",
        target=f"{found.target_kind} {str(found.target)[:8]}" if found.target else "",
        facts=facts,
    )
