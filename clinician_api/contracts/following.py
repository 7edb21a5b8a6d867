"""A contract that follows another: when it holds, the one before is renewed or left.

When it falls away, the one before goes on. In both no day is without a team.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.contracts import book, dates, pricing, states, telling
from clinician_api.contracts.models import Contract
from clinician_api.packages import service as packages


def take_hold(db: Session, row: Contract, by: By, *, now: datetime) -> None:
    """Both have signed and nothing is owed: from here on dates alone decide. Not before `now`."""
    row.opens_at = now if row.source != "paper" else None
    chosen, groups = [UUID(each) for each in row.packages], pricing.groups_on(db, row, dates.day_of(now))
    packages.entitle(db, row.id, chosen, row.begins, row.ends, groups=groups, now=now)
    before = db.get(Contract, row.replaces) if row.replaces else None
    if before is not None and before.state in states.RUNNING:
        _follow(db, before, row, by, now=now)
    elif before is not None and before.state == "terminated" and _meets(before, row):
        _relieve(db, before, row, by, now=now)


def _follow(db: Session, before: Contract, row: Contract, by: By, *, now: datetime) -> None:
    before.successor = row.id
    if not _meets(before, row):
        book.step(db, before, "renew", by, now=now, facts={"successor": str(row.id)})
        return
    before.ended_at, before.why = book.term(row).since, "changed_team"
    book.step(db, before, "transfer", by, now=now, facts={"successor": str(row.id)})
    book.wind_up(db, row.resident, at=before.ended_at)
    telling.tell(db, before, "contract.team_left", "leaders", now=now)


def _relieve(db: Session, before: Contract, row: Contract, by: By, *, now: datetime) -> None:
    """Its end was set for a day that the new contract does not wait for: nobody has two teams."""
    before.ended_at = book.term(row).since
    book.step(db, before, "stop", by, now=now, facts={"successor": str(row.id)})
    close(db, before)


def _meets(before: Contract, row: Contract) -> bool:
    return book.term(row).since < book.term(before).until


def close(db: Session, row: Contract) -> None:
    """It ends at a moment that was set: nothing is owed after it, and open cases go to who answers then."""
    until = book.term(row).until
    packages.close(db, row.id, dates.last_served(until))
    book.wind_up(db, row.resident, at=until)


def fall_away(db: Session, row: Contract, by: By, *, now: datetime) -> None:
    """It never began: what it was to follow is as it was, unless that is over by now."""
    before = db.get(Contract, row.replaces) if row.replaces else None
    if before is None or before.successor != row.id or not states.can(before.state, "resume"):
        return
    if book.term(before).until <= now:
        return
    before.successor = before.ended_at = before.why = None
    book.step(db, before, "resume", by, now=now)
