"""How a contract is withdrawn before it begins, or ended before its last day, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.contracts import book, changing, dates, following, states, telling
from clinician_api.contracts.changing import Why
from clinician_api.contracts.models import Contract, ContractStep
from clinician_api.contracts.states import Step
from clinician_api.errors import About, ConflictError
from clinician_api.packages import service as packages

_DAY: Final = timedelta(days=1)


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


def goes_on(row: Contract, now: datetime) -> bool:
    """Whether there is something to end: it waits to begin, or is served, be it to an end that was set."""
    if states.can(row.state, "withdraw"):
        return True
    is_served = states.can(row.state, "terminate") or row.state in states.ENDS_AHEAD
    return is_served and book.term(row).until > now


def step_of(row: Contract, ending: Ending) -> Step:
    """By which step of the table it ends: of the dead even what had not begun."""
    if ending.why == "died" and states.can(row.state, "withdraw"):
        return "withdraw"
    return "stop" if row.state in states.ENDS_AHEAD else "terminate"


def end(db: Session, row: Contract, by: By, ending: Ending, *, now: datetime) -> None:
    """Whatever has become of it: withdrawn before it began, terminated since."""
    if states.can(row.state, "withdraw"):
        withdraw(db, row, by, why="died" if ending.why == "died" else "own_wish", now=now)
    else:
        terminate(db, row, by, ending, now=now)
    if ending.why == "died":
        book.wind_up(db, row.resident, at=now)
        _drop_what_follows(db, row.resident, by, now=now)


def withdraw(db: Session, row: Contract, by: By, *, why: Why = "own_wish", now: datetime) -> None:
    """Before it began: nothing of what it promised is owed."""
    if row.state == "signed" or why == "died":
        row.ended_at, row.why = now, why
        packages.close(db, row.id, row.begins - _DAY)
    book.owes_nothing(row)
    book.step(db, row, "withdraw", by, now=now)
    following.fall_away(db, row, by, now=now)


def terminate(db: Session, row: Contract, by: By, ending: Ending, *, now: datetime) -> None:
    """At once or after a day; if it has its end already, sooner. Raises ConflictError on what is over."""
    row.ended_at = _end_of(row, ending, now)
    row.why, row.words = ending.why, ending.words.strip()
    book.owes_nothing(row)
    book.step(db, row, step_of(row, ending), by, now=now, reason=row.words, facts={"why": row.why})
    following.close(db, row)
    telling.tell(db, row, "contract.terminated", "both", now=now, why=row.why)


def _end_of(row: Contract, ending: Ending, now: datetime) -> datetime:
    until = book.term(row).until
    if until <= now:
        raise ConflictError("contract.ended", about=About("contract", row.id))
    if ending.stops is None or ending.why == "died":
        return now
    last, today = dates.last_served(until), dates.day_of(now)
    changing.check_stop(ending.stops, begins=row.begins, ends=last, today=today)
    return max(now, dates.midnight(ending.stops + _DAY))


def _drop_what_follows(db: Session, resident: UUID, by: By, *, now: datetime) -> None:
    for other in book.of_resident(db, resident):
        if states.can(other.state, "withdraw"):
            withdraw(db, other, by, now=now)


def death_of(db: Session, resident: UUID, now: datetime) -> Death | None:
    if not book.has_died(db, resident):
        return None
    dead = select(ContractStep.at, ContractStep.account).join(Contract, Contract.id == ContractStep.contract)
    died = (
        Contract.resident == resident,
        Contract.why == "died",
        ContractStep.step.in_(["terminate", "withdraw", "stop"]),
    )
    found = db.execute(
        dead.where(*died, ContractStep.at <= now).order_by(ContractStep.n.desc()).limit(1)
    ).first()
    return None if found is None else Death(found[0], found[1])
