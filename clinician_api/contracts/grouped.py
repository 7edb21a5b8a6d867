"""Which groups a resident is of (domain 1.5), elderly from the age that their region counts from."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.contracts import book, dates, rules
from clinician_api.identity import grouping
from clinician_api.identity.groups import Group
from clinician_api.regions import service as regions


def at(db: Session, resident: UUID, institution: UUID, today: date) -> list[Group]:
    """As that institution's region counts them; of a resident that the caller has made sure may be seen."""
    elderly = regions.rules_at(db, institution, today).terms.elderly_from
    return grouping.on(db, resident, today, elderly=elderly)


def on(db: Session, resident: UUID, now: datetime) -> list[Group]:
    """By the region of whoever answers for them; where nobody does, as the nation counts."""
    institution = rules.responsible(book.terms(db, resident), now).institution
    today = dates.day_of(now)
    return grouping.on(db, resident, today) if institution is None else at(db, resident, institution, today)
