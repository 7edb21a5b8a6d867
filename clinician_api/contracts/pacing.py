"""By which clocks a contract goes: those of its region on the day it was applied for, so that no later file
moves a date that people were told. Looks them up and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.contracts import dates
from clinician_api.contracts.dates import Pace
from clinician_api.contracts.models import Contract
from clinician_api.regions import service as regions


def of(db: Session, row: Contract) -> Pace:
    return at(db, row.institution, _day(row))


def of_all(db: Session, rows: Iterable[Contract]) -> dict[UUID, Pace]:
    """By contract; each house and day is looked up once."""
    known: dict[tuple[UUID, date], Pace] = {}
    found = {}
    for row in rows:
        key = (row.institution, _day(row))
        if key not in known:
            known[key] = at(db, *key)
        found[row.id] = known[key]
    return found


def at(db: Session, institution: UUID, on: date) -> Pace:
    clocks = regions.rules_at(db, institution, on).clocks
    return Pace(
        answer_reminder=timedelta(hours=clocks.answer_reminder_hours),
        answer_working_days=clocks.answer_working_days,
        answer_within=timedelta(days=clocks.answer_days),
        sign_reminder=timedelta(days=clocks.sign_reminder_days),
        sign_within=timedelta(days=clocks.sign_days),
        pay_within=timedelta(days=clocks.pay_days),
        renewal=timedelta(days=clocks.renewal_days),
        renewal_reminders=clocks.renewal_reminders,
        complaint_working_days=clocks.complaint_working_days,
    )


def _day(row: Contract) -> date:
    return dates.day_of(row.applied_at) if row.applied_at is not None else row.begins
