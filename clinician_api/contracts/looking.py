"""What people see of contracts: their own, a team's queue, teams with room. Each look is audited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor, Role
from clinician_api.audit import service as audit
from clinician_api.audit.rules import Entry
from clinician_api.contracts import book, dates, parties, states
from clinician_api.contracts.models import Contract, ContractStep, TeamPlaces
from clinician_api.contracts.places import Limit, Places
from clinician_api.contracts.states import State
from clinician_api.errors import About, ConflictError, NotAllowedError, NotFoundError
from clinician_api.identity import service as identity

MOST: Final = 100
"""Lines of a queue that are shown at once."""

_WAITING: Final[frozenset[State]] = states.PENDING | {"signed"}
CAME_TO_NOTHING: Final[frozenset[State]] = frozenset({"refused", "cancelled", "lapsed"})
_MOST_OTHERS: Final = 10
"""Teams that are named beside a refusal: a district may have hundreds."""

_SETS_PLACES: Final[frozenset[Role]] = frozenset({"leader", "supervisor", "administrator"})


def of_resident(db: Session, actor: Actor, resident: UUID, *, now: datetime) -> list[Contract]:
    """All that the resident ever had, if they are in sight."""
    access.require(db, actor, resident, purpose="contracts", now=now)
    return book.of_resident(db, resident)


def queue(
    db: Session,
    actor: Actor,
    wanted: Sequence[State],
    *,
    now: datetime,
    most: int = MOST,
    only: ColumnElement[bool] | None = None,
) -> list[Contract]:
    """Of staff: who waits for their team, and those in sight, at most `most`: of who waits the longest
    waiting, of others whose contract ends soonest."""
    first = Contract.applied_at if _WAITING.issuperset(wanted) else Contract.ends
    mine = _in_sight(db, actor, now).where(Contract.state.in_(wanted)).order_by(first, Contract.number)
    mine = mine if only is None else mine.where(only)
    found = list(db.scalars(mine.limit(most)))
    access.note(db, actor, *(row.resident for row in found), purpose="contract queue", now=now)
    return found


def one(db: Session, actor: Actor, contract: UUID, *, now: datetime) -> Contract:
    """A contract of somebody out of sight is none."""
    row = db.get(Contract, contract)
    waits = row is not None and row.state in _WAITING | {"draft"} and bool(parties.of(actor, row))
    if row is None or not (waits or access.may_see(db, actor, row.resident, now=now, purpose="contract")):
        raise NotFoundError("contract.unknown", about=About("contract", contract))
    access.note(db, actor, row.resident, purpose="contract", now=now)
    return row


def asked_of(db: Session, actor: Actor, contract: UUID, *, now: datetime) -> Contract | None:
    """For whose form about it was old: also what never came to be, which is told to whoever was asked."""
    row = db.get(Contract, contract)
    if row is None:
        return None
    is_asked = row.state in _WAITING | CAME_TO_NOTHING and bool(parties.of(actor, row))
    return row if is_asked or access.may_see(db, actor, row.resident, now=now) else None


def history(db: Session, actor: Actor, contract: UUID, *, now: datetime) -> list[ContractStep]:
    one(db, actor, contract, now=now)
    steps = select(ContractStep).where(ContractStep.contract == contract)
    return list(db.scalars(steps.order_by(ContractStep.n)))


def served(db: Session, actor: Actor, *, now: datetime) -> dict[UUID, UUID]:
    """Contracts under which the actor's teams care today for somebody in sight, each with its resident."""
    today = dates.day_of(now)
    not_ended = or_(Contract.ended_at.is_(None), Contract.ended_at > now)
    runs = (Contract.state.in_(states.RUNNING), Contract.begins <= today, Contract.ends >= today, not_ended)
    seen = Contract.resident.in_(access.visible(db, actor, now, purpose="services"))
    rows = db.scalars(select(Contract).where(*runs, Contract.team.in_(actor.teams), seen))
    return {row.id: row.resident for row in rows}


def places(db: Session, teams: Sequence[UUID], *, now: datetime) -> dict[UUID, Places]:
    return book.places_in(db, teams, now=now)


def alternatives(db: Session, row: Contract, *, now: datetime) -> list[UUID]:
    """Other teams with room: first those of the institution, then of the others in its region, each time the
    emptiest first."""
    here = row.institution
    houses = [here, *(each for each in identity.neighbours(db, here) if each != here)]
    cards = [card for house in houses for card in identity.teams_in(db, house) if card.team != row.team]
    room = places(db, [card.team for card in cards], now=now)
    open_still = [card for card in cards if not room[card.team].is_full]
    open_still.sort(key=lambda card: (card.institution != here, -room[card.team].free))
    return [card.team for card in open_still[:_MOST_OTHERS]]


def limit_of(db: Session, team: UUID) -> Limit:
    found = db.execute(select(TeamPlaces.most, TeamPlaces.is_open).where(TeamPlaces.team == team)).first()
    return Limit(*found) if found else Limit()


def set_places(
    db: Session,
    actor: Actor,
    team: UUID,
    *,
    most: int | None,
    is_open: bool,
    seen: Limit | None = None,
    now: datetime,
) -> Places:
    """Fewer than are taken is allowed: nobody is sent away, and nobody else comes in. Of a form `seen` is the
    limit that it showed: another one by now is a conflict."""
    institution = identity.institution_of(db, team)
    if _SETS_PLACES.isdisjoint(actor.roles) or actor.institution != institution:
        raise NotAllowedError("role.not_allowed", about=About("team", team))
    if not actor.roles & {"supervisor", "administrator"} and team not in actor.teams:
        raise NotAllowedError("role.not_allowed", about=About("team", team))
    if seen is not None and seen != _locked_limit(db, team):
        raise ConflictError("places.changed", about=About("team", team))
    values = {"most": most, "is_open": is_open}
    statement = insert(TeamPlaces).values(team=team, **values)
    db.execute(statement.on_conflict_do_update(index_elements=["team"], set_=values))
    facts = {"most": most, "is_open": is_open}
    audit.record(db, Entry("team.places_set", access.by(actor), target=("team", team), facts=facts), now=now)
    return book.places_of(db, team, now=now)


def _locked_limit(db: Session, team: UUID) -> Limit:
    db.execute(insert(TeamPlaces).values(team=team, most=None, is_open=True).on_conflict_do_nothing())
    db.execute(select(TeamPlaces.team).where(TeamPlaces.team == team).with_for_update())
    return limit_of(db, team)


def _in_sight(db: Session, actor: Actor, now: datetime) -> Select[Contract]:
    """After the end the former team sees nothing of it; before the beginning only who has to answer."""
    mine: list[ColumnElement[bool]] = [Contract.team.in_(actor.teams)]
    if "supervisor" in actor.roles:
        mine.append(Contract.institution == actor.institution)
    waits = and_(Contract.state.in_(_WAITING), or_(*mine))
    seen = Contract.resident.in_(access.visible(db, actor, now, purpose="contract"))
    return select(Contract).where(or_(waits, seen))
