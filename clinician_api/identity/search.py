"""Finding a resident by what people remember: part of the name, its initials, the tail of a number.

Only those whom the asker may see; that each was shown is written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.identity import terms
from clinician_api.identity.models import Resident, SearchTerm
from clinician_api.identity.terms import Asked

MOST: Final = 20
_AT_ONCE: Final = 1000


def find(db: Session, actor: Actor, words: str, *, now: datetime) -> list[UUID]:
    """At most twenty, the closest first: a term that is hardly longer than what was typed."""
    residents = look(db, actor, words, now=now)
    access.note(db, actor, *residents, purpose="search", now=now)
    return residents


def look(db: Session, actor: Actor, words: str, *, now: datetime) -> list[UUID]:
    """The same without writing it down: for a measurement alone."""
    asked = terms.asked(words)
    if not asked:
        return []
    begins = or_(*(_begins(each) for each in asked))
    closeness = func.min(func.length(SearchTerm.term))
    found = (
        select(SearchTerm.resident)
        .where(begins, SearchTerm.resident.in_(access.visible(db, actor, now)))
        .group_by(SearchTerm.resident)
        .order_by(closeness, SearchTerm.resident)
        .limit(MOST)
    )
    return list(db.scalars(found))


def _begins(asked: Asked) -> ColumnElement[bool]:
    return and_(SearchTerm.kind == asked.kind, SearchTerm.term.startswith(asked.begins, autoescape=True))


def index(db: Session, residents: Sequence[Resident]) -> None:
    """Make their terms anew; the caller changed a name or a number of them."""
    db.execute(delete(SearchTerm).where(SearchTerm.resident.in_([row.id for row in residents])))
    rows = [
        {"resident": row.id, "kind": kind, "term": term}
        for row in residents
        for kind, term in terms.terms(row.name, row.phone, row.file_number)
    ]
    if rows:
        db.execute(insert(SearchTerm), rows)


def index_some(db: Session, after: UUID | None) -> tuple[int, UUID | None]:
    """Of some residents who have no terms yet, such as those from before there was a search: how many, and
    where to go on."""
    has_none = ~select(SearchTerm.term).where(SearchTerm.resident == Resident.id).exists()
    rows = select(Resident).where(has_none).order_by(Resident.id).limit(_AT_ONCE)
    found = list(db.scalars(rows if after is None else rows.where(Resident.id > after)))
    index(db, found)
    return len(found), found[-1].id if len(found) == _AT_ONCE else None
