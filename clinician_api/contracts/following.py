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
    if before is None or before.state not in states.RUNNING:
        return
    before.successor = row.id
    since = book.term(row).since
    if since >= book.term(before).until:
        book.step(db, before, "renew", by, now=now, facts={"successor": str(row.id)})
        return
    before.ended_at, before.why = since, "changed_team"
    book.step(db, before, "transfer", by, now=now, facts={"successor": str(row.id)})
    book.wind_up(db, row.resident, at=since)
    telling.tell(db, before, "contract.team_left", "leaders", now=now)


def fall_away(db: Session, row: Contract, by: By, *, now: datetime) -> None:
    """It never began: what it was to follow is as it was, unless that is over by now."""
    before = db.get(Contract, row.replaces) if row.replaces else None
    if before is None or before.successor != row.id or book.term(before).until <= now:
        return
    before.successor = before.ended_at = before.why = None
    book.step(db, before, "resume", by, now=now)
