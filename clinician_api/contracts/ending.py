"""How a contract is withdrawn before it begins, or ended before its last day, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.contracts import book, changing, dates, following, states, telling
from clinician_api.contracts.changing import Why
from clinician_api.contracts.models import Contract, ContractStep
from clinician_api.packages import service as packages


@dataclass(frozen=True, slots=True)
class Ending:
    """Why, after which day (None: at once), and in which words."""

    why: Why
    stops: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Death:
    """When it was written down that a resident has died, and by whom."""

    at: datetime
    account: UUID | None


def withdraw(db: Session, row: Contract, by: By, *, now: datetime) -> None:
    if row.state == "signed":
        row.ended_at, row.why = now, "own_wish"
    if row.fee_state in {"pending", "paid"}:
        row.fee_state = "cancelled" if row.fee_state == "pending" else "refund_due"
    book.step(db, row, "withdraw", by, now=now)
    following.fall_away(db, row, by, now=now)


def terminate(db: Session, row: Contract, by: By, ending: Ending, *, now: datetime) -> None:
    stops, why = ending.stops, ending.why
    if stops is not None and why != "died":
        changing.check_stop(stops, begins=row.begins, ends=row.ends, today=dates.day_of(now))
    is_now = stops is None or why == "died"
    row.ended_at = now if is_now or stops is None else max(now, dates.midnight(stops + timedelta(days=1)))
    row.why, row.words = why, ending.words.strip()
    if row.fee_state == "paid":
        row.fee_state = "refund_due"
    book.step(db, row, "terminate", by, now=now, reason=row.words, facts={"why": why})
    packages.close(db, row.id, dates.day_of(row.ended_at))
    book.wind_up(db, row.resident, at=row.ended_at)
    telling.tell(db, row, "contract.terminated", "both", now=now, why=why)
    if why == "died":
        _drop_what_follows(db, row.resident, by, now=now)


def _drop_what_follows(db: Session, resident: UUID, by: By, *, now: datetime) -> None:
    for other in book.of_resident(db, resident):
        if states.can(other.state, "withdraw"):
            withdraw(db, other, by, now=now)


def death_of(db: Session, resident: UUID, now: datetime) -> Death | None:
    dead = select(ContractStep.at, ContractStep.account).join(Contract, Contract.id == ContractStep.contract)
    died = (
        Contract.resident == resident,
        Contract.why == "died",
        ContractStep.step.in_(["terminate", "withdraw"]),
    )
    found = db.execute(dead.where(*died, ContractStep.at <= now).order_by(ContractStep.n).limit(1)).first()
    return None if found is None else Death(found[0], found[1])
