"""What dates do to contracts: steps that fell due are taken, reminders are told once.

The worker calls it, and so does every use case before it decides: nothing depends on a nightly job.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.contracts import book, dates, due, pacing, telling
from clinician_api.contracts.due import Reminder, Turn
from clinician_api.contracts.models import Contract, ContractReminder
from clinician_api.identity import service as identity
from clinician_api.packages import service as packages

_NOBODY: Final = By()
_AT_ONCE: Final = 500


def waiting(db: Session, *, now: datetime, most: int = _AT_ONCE) -> list[UUID]:
    """Residents to one of whose contracts a date has something to do, the longest due first."""
    late = select(Contract.resident).where(Contract.next_at <= now).order_by(Contract.next_at).limit(most)
    return list(dict.fromkeys(db.scalars(late)))


def turn(db: Session, resident: UUID, *, now: datetime) -> None:
    """Everything that is due of one resident's contracts. Whoever looks twice finds it done."""
    identity.lock_resident(db, resident)
    catch_up(db, resident, now=now)
    _remind(db, resident, now=now)
    book.settle(db, resident)


def catch_up(db: Session, resident: UUID, *, now: datetime) -> None:
    """Take what fell due in the order in which it did. The resident is locked."""
    while (ready := _next_turn(db, resident, now)) is not None:
        row, turned = ready
        _take(db, row, turned, now=now)
        db.flush()


def _next_turn(db: Session, resident: UUID, now: datetime) -> tuple[Contract, Turn] | None:
    """An end comes before the beginning of the same second: a person has one running contract."""
    found = book.of_resident(db, resident)
    paces = pacing.of_all(db, found)
    rows = [(row, due.turn(book.facts_of(row), paces[row.id])) for row in found]
    ready = [(row, turned) for row, turned in rows if turned is not None and turned.at <= now]
    return min(ready, key=lambda each: (each[1].at, each[1].step == "activate"), default=None)


def _take(db: Session, row: Contract, turned: Turn, *, now: datetime) -> None:
    match turned.step:
        case "expire":
            row.why = "expired"
            book.wind_up(db, row.resident, at=now)
        case "activate":
            _close_before(db, row)
        case "lapse":
            book.owes_nothing(row)
    book.step(db, row, turned.step, _NOBODY, now=now, facts={"due": turned.at.isoformat()})
    if turned.step == "lapse":
        telling.tell(db, row, "contract.lapsed", "both", now=now)


def _close_before(db: Session, row: Contract) -> None:
    """The team that was left owes nothing from here on but what it was paid for the days after."""
    before = db.get(Contract, row.replaces) if row.replaces else None
    if before is not None and before.state == "transferred" and before.ended_at is not None:
        packages.close(db, before.id, dates.last_served(before.ended_at))
        book.owes_nothing(before)


def _remind(db: Session, resident: UUID, *, now: datetime) -> None:
    rows = book.of_resident(db, resident)
    known, paces = book.told(db, rows), pacing.of_all(db, rows)
    for row in rows:
        now_due, gone_by = due.due_reminders(book.facts_of(row), known[row.id], now, paces[row.id])
        for reminder in gone_by:
            note(db, row, reminder, told_at=None)
        for reminder in now_due:
            if note(db, row, reminder, told_at=now):
                telling.remind(db, row, reminder, now=now)


def note(db: Session, row: Contract, reminder: Reminder, *, told_at: datetime | None) -> bool:
    """False if it is written down already."""
    values = {"contract": row.id, "kind": reminder.kind, "due_at": reminder.at, "told_at": told_at}
    statement = insert(ContractReminder).values(values).on_conflict_do_nothing()
    return db.scalar(statement.returning(ContractReminder.kind)) is not None
