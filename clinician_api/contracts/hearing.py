"""What residents have said of their care, as it is read: a supervisor's desk, and one's own words.

Changes nothing but the audit. A team is no party to any of it: it learns sums alone (`feedback.content`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.contracts import book, parties, wording
from clinician_api.contracts.models import Complaint, Contract, ContractRating
from clinician_api.errors import About, NotAllowedError, NotFoundError
from clinician_api.identity import service as identity

_MOST: Final = 100
Event = tuple[str, UUID]
"""What was rated: its kind and its id."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A complaint. `stars` and `tags` are of the rating that it came from, None where it came by itself."""

    id: UUID
    contract: UUID
    number: str
    team: str
    words: str
    stars: int | None
    tags: tuple[str, ...]
    made_at: datetime
    due_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        return self.answered_at is None and self.due_at < now


def desk(db: Session, actor: Actor, *, answered: bool, now: datetime) -> list[Heard]:
    """Of the supervisor's institution: those that wait, the soonest due first, or those answered last.

    That the residents' words were read is written down for each. Raises NotAllowedError for anybody else.
    """
    if "supervisor" not in actor.roles or actor.institution is None:
        raise NotAllowedError("role.not_allowed")
    ours = _complaints().where(Complaint.institution == actor.institution)
    if answered:
        wanted = ours.where(Complaint.answered_at.is_not(None)).order_by(Complaint.answered_at.desc())
    else:
        wanted = ours.where(Complaint.answered_at.is_(None)).order_by(Complaint.due_at, Complaint.id)
    found = db.execute(wanted.limit(_MOST)).all()
    access.note(db, actor, *(row.Complaint.resident for row in found), purpose="complaint", now=now)
    return _heard(db, found)


def waiting(db: Session, institution: UUID) -> int:
    """How many nobody has answered."""
    still = (Complaint.institution == institution, Complaint.answered_at.is_(None))
    return db.scalar(select(func.count()).where(*still)) or 0


def own(db: Session, resident: UUID) -> list[Heard]:
    """A resident's own, the newest first."""
    mine = _complaints().where(Complaint.resident == resident).order_by(Complaint.made_at.desc())
    return _heard(db, db.execute(mine.limit(_MOST)).all())


def rated(db: Session, actor: Actor, contract: UUID) -> Mapping[Event, int]:
    """Stars by event, for whoever's contract it is."""
    row = book.find(db, contract)
    parties.require(actor, row)
    if "resident" not in parties.of(actor, row):
        raise NotFoundError("contract.unknown", about=About("contract", contract))
    given = select(ContractRating).where(ContractRating.contract == contract)
    return {(each.event_kind, each.event): each.stars for each in db.scalars(given)}


def _complaints() -> Select[Complaint, Contract]:
    return select(Complaint, Contract).join(Contract, Contract.id == Complaint.contract)


def _heard(db: Session, found: Iterable[Row[Complaint, Contract]]) -> list[Heard]:
    lines = list(found)
    teams = identity.team_cards(db, {row.Contract.team for row in lines})
    who = identity.people(
        db, {row.Complaint.answered_by for row in lines if row.Complaint.answered_by is not None}
    )
    stars = select(ContractRating).where(ContractRating.id.in_([row.Complaint.rating for row in lines]))
    ratings = {each.id: each for each in db.scalars(stars)}
    made = []
    for complaint, contract in lines:
        rating = ratings.get(complaint.rating) if complaint.rating else None
        by = who.get(complaint.answered_by) if complaint.answered_by else None
        made.append(
            Heard(
                id=complaint.id,
                contract=contract.id,
                number=wording.number(contract),
                team=teams[contract.team].name,
                words=complaint.words,
                stars=rating.stars if rating else None,
                tags=tuple(rating.tags) if rating else (),
                made_at=complaint.made_at,
                due_at=complaint.due_at,
                answer=complaint.answer,
                answered_by=by.name if by else "",
                answered_at=complaint.answered_at,
            )
        )
    return made
