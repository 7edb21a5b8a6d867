"""The book of contracts: rows locked in one order, steps written down, and the sight that follows from them.

Every change of state goes through `step`. Decides nothing itself: the table and the pure modules do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api import jobs
from clinician_api.access import rules as access_rules
from clinician_api.access import service as access
from clinician_api.access.rules import Grant, Source
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry, Facts
from clinician_api.contracts import dates, due, pacing, places, refunds, rules, states
from clinician_api.contracts.models import Contract, ContractReminder, ContractStep, Origin, TeamPlaces
from clinician_api.contracts.places import Places
from clinician_api.contracts.rules import Term, Watch
from clinician_api.contracts.states import Step
from clinician_api.errors import About, ConflictError, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.identity import staffed
from clinician_api.regions import service as regions
from clinician_api.regions.rules import Capacity

WIND_UP: Final = "contracts.wind_up"
"""The job that moves what the former team had open; its argument is `resident`."""

_PAST: Final[dict[Step, str]] = {
    "draft": "drafted",
    "apply": "applied",
    "accept": "accepted",
    "refuse": "refused",
    "withdraw": "withdrawn",
    "lapse": "lapsed",
    "sign": "signed",
    "activate": "activated",
    "fall_due": "fell_due",
    "renew": "renewed",
    "transfer": "transferred",
    "resume": "resumed",
    "terminate": "ended",
    "stop": "ended_sooner",
    "expire": "expired",
}


def new(
    resident: UUID, team: UUID, institution: UUID, *, begins: date, ends: date, source: Origin
) -> Contract:
    """A draft of these days, stored by `begin`."""
    return Contract(
        id=uuid4(),
        resident=resident,
        team=team,
        institution=institution,
        begins=begins,
        ends=ends,
        state="draft",
        source=source,
        version=1,
        packages=[],
        fee_state="none",
        words="",
    )


def find(db: Session, contract: UUID) -> Contract:
    row = db.get(Contract, contract)
    if row is None:
        raise NotFoundError("contract.unknown", about=About("contract", contract))
    return row


def locked(db: Session, contract: UUID) -> Contract:
    """As it is now, and ours until the transaction ends: the person is what is locked."""
    row = find(db, contract)
    identity.lock_resident(db, row.resident)
    db.refresh(row)
    return row


def of_resident(db: Session, resident: UUID) -> list[Contract]:
    mine = select(Contract).where(Contract.resident == resident)
    return list(db.scalars(mine.order_by(Contract.begins, Contract.number)))


def term(row: Contract) -> Term:
    return Term(row.id, row.team, row.institution, row.begins, row.ends, row.ended_at, row.opens_at)


def is_settled(row: Contract) -> bool:
    """Nothing is owed that must be paid before it is served."""
    return row.fee_state in {"none", "paid", "waived"}


def owes_nothing(row: Contract) -> None:
    """It came to nothing, or ends early: what is unpaid is asked for no more, what was paid is given back."""
    if row.fee_state in {"pending", "paid"}:
        row.fee_state = "cancelled" if row.fee_state == "pending" else "refund_due"


def refund(row: Contract) -> Decimal | None:
    """What of the fee is to be given back, or was; None where nothing is."""
    if row.fee_state not in {"refund_due", "refunded"}:
        return None
    held = term(row)
    last = dates.last_served(held.until) if row.state in states.HELD and held.ever_held else None
    return refunds.amount(row.fee, begins=row.begins, ends=row.ends, last_served=last)


def holds(row: Contract) -> bool:
    """By its dates it gave, gives or will give sight."""
    is_served = row.state != "signed" or is_settled(row)
    return row.state in states.HELD and is_served


def terms(db: Session, resident: UUID) -> list[Term]:
    return [term(row) for row in of_resident(db, resident) if holds(row)]


def facts_of(row: Contract) -> due.Facts:
    held = term(row) if holds(row) else None
    return due.Facts(
        state=row.state,
        begins=row.begins,
        ends=row.ends,
        applied_at=row.applied_at,
        accepted_at=row.accepted_at,
        signed_at=row.signed_at,
        since=held.since if held else None,
        until=held.until if held else None,
    )


def check_version(row: Contract, seen: int) -> None:
    """And the form was made of this state."""
    if row.version != seen:
        raise ConflictError("contract.stale", f"{seen} is now {row.version}", about=About("contract", row.id))


def begin(db: Session, row: Contract, by: By, *, now: datetime) -> None:
    """A new row, written down as a draft."""
    db.add(row)
    db.flush()
    _write_down(db, row, ContractStep(step="draft", from_state=None, reason="", facts={}), by, now)


def step(
    db: Session,
    row: Contract,
    taken: Step,
    by: By,
    *,
    now: datetime,
    reason: str = "",
    facts: Facts | None = None,
) -> None:
    """Take it where the table leads. Whatever else changes on the row is set before `settle`."""
    before = row.state
    row.state = states.move(before, taken).target
    row.version += 1
    _write_down(
        db, row, ContractStep(step=taken, from_state=before, reason=reason, facts=dict(facts or {})), by, now
    )


def settle(db: Session, resident: UUID) -> None:
    """Bring everything that follows from the resident's contracts up to date: what is due next, and sight."""
    db.flush()
    rows = of_resident(db, resident)
    known, paces = told(db, rows), pacing.of_all(db, rows)
    for row in rows:
        row.next_at = due.next_at(facts_of(row), known[row.id], paces[row.id])
    _grant_sight(db, resident, rows)


def told(db: Session, rows: Sequence[Contract]) -> dict[UUID, set[str]]:
    """The kinds of reminders that each had."""
    known: dict[UUID, set[str]] = {row.id: set() for row in rows}
    for contract, kind in db.execute(
        select(ContractReminder.contract, ContractReminder.kind).where(ContractReminder.contract.in_(known))
    ):
        known[contract].add(kind)
    return known


def wind_up(db: Session, resident: UUID, *, at: datetime) -> None:
    """Have open cases moved to whoever answers from `at` on. The sweep finds them in any case."""
    jobs.defer(db, WIND_UP, at=at, resident=str(resident))


def sight(db: Session, resident: UUID) -> list[Grant]:
    """The grants that the resident's contracts amount to, computed anew."""
    return [_grant(watch, resident) for watch in rules.watches(terms(db, resident))]


def _grant_sight(db: Session, resident: UUID, rows: Sequence[Contract]) -> None:
    wanted = [_grant(watch, resident) for watch in rules.watches([term(row) for row in rows if holds(row)])]
    for row in rows:
        if row.signed_at is not None:
            source = Source("contract", row.id)
            access.follow(db, source, [grant for grant in wanted if grant.source == source])


def has_died(db: Session, resident: UUID) -> bool:
    """Whether that was written down as the end of a contract, and nobody was applied for since: staff put a
    death that was a mistake right by a new contract."""
    mine = select(func.max(Contract.ended_at).filter(Contract.why == "died"), func.max(Contract.applied_at))
    died_at, applied_at = db.execute(mine.where(Contract.resident == resident)).one()
    return died_at is not None and (applied_at is None or applied_at <= died_at)


def overlapping(db: Session, resident: UUID, wanted: Term, *, but: Iterable[UUID | None]) -> list[Contract]:
    """Contracts that hold, or are signed and wait for their fee, on one of the same days."""
    left_out = {*but, wanted.contract}
    return [
        row
        for row in of_resident(db, resident)
        if row.state in states.HELD and row.id not in left_out and rules.overlaps(term(row), wanted)
    ]


def pending(db: Session, resident: UUID) -> Contract | None:
    return next((row for row in of_resident(db, resident) if row.state in states.PENDING), None)


def take_place(db: Session, team: UUID, resident: UUID, *, now: datetime) -> None:
    """Wait for whoever is taking one, and see that one is left. Who has a place there keeps it."""
    db.execute(insert(TeamPlaces).values(team=team, most=None, is_open=True).on_conflict_do_nothing())
    db.execute(select(TeamPlaces.team).where(TeamPlaces.team == team).with_for_update())
    if not has_place(db, team, resident, now=now) and places_of(db, team, now=now).is_full:
        raise ConflictError("team.full", about=About("team", team))


def has_place(db: Session, team: UUID, resident: UUID, *, now: datetime) -> bool:
    mine = select(Contract.id).where(*_takes_place(now), Contract.team == team, Contract.resident == resident)
    return db.scalar(mine.limit(1)) is not None


def places_of(db: Session, team: UUID, *, now: datetime) -> Places:
    return places_in(db, [team], now=now)[team]


def places_in(db: Session, teams: Collection[UUID], *, now: datetime) -> dict[UUID, Places]:
    """Of many teams by a few questions, however many they are. Raises NotFoundError on one that is none."""
    cards, crews = identity.team_cards(db, teams), staffed.crews(db, teams, now)
    if unknown := set(teams) - cards.keys():
        raise NotFoundError("team.unknown", about=About("team", min(unknown)))
    houses = {card.institution for card in cards.values()}
    rules_in = {each: regions.rules_at(db, each, dates.day_of(now)).capacity for each in houses}
    limits = {row.team: row for row in db.scalars(select(TeamPlaces).where(TeamPlaces.team.in_(teams)))}
    taken = _taken(db, teams, now)
    return {
        team: _places(
            limits.get(team), taken.get(team, 0), len(crews[team].doctors), rules_in[card.institution]
        )
        for team, card in cards.items()
    }


def _places(limit: TeamPlaces | None, taken: int, doctors: int, here: Capacity) -> Places:
    own = limit.most if limit else None
    return Places(
        most=places.most(doctors, own, per_doctor=here.per_doctor),
        taken=taken,
        is_open=limit is None or limit.is_open,
        warn_percent=here.warn_percent,
    )


def _taken(db: Session, teams: Collection[UUID], now: datetime) -> dict[UUID, int]:
    counted = select(Contract.team, func.count(func.distinct(Contract.resident)))
    of_teams = counted.where(*_takes_place(now), Contract.team.in_(teams)).group_by(Contract.team)
    return {row[0]: row[1] for row in db.execute(of_teams)}


def _takes_place(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Until its last day or the moment it was ended, whatever job has yet to write that down."""
    today = dates.day_of(now)
    in_time = or_(Contract.state.in_(states.PENDING), Contract.ends >= today)
    not_ended = or_(Contract.ended_at.is_(None), Contract.ended_at > now)
    return Contract.state.in_(states.TAKES_A_PLACE), in_time, not_ended


def changes_since(db: Session, resident: UUID, since: date) -> int:
    """How often the team was changed from that day on."""
    moved = select(func.count()).select_from(Contract)
    first = dates.midnight(since)
    return (
        db.scalar(
            moved.where(
                Contract.resident == resident, Contract.state == "transferred", Contract.ended_at >= first
            )
        )
        or 0
    )


def _grant(watch: Watch, resident: UUID) -> Grant:
    held = watch.term
    grantee = (
        access_rules.team(held.team, held.institution)
        if watch.kind == "team"
        else access_rules.duty_desk(held.institution)
    )
    return Grant(grantee, resident, watch.since, watch.until, Source("contract", held.contract))


def note(db: Session, row: Contract, action: str, by: By, *, now: datetime) -> None:
    """What is no step of the table, for the audit alone."""
    audit.record(db, Entry(action, by, resident=row.resident, target=("contract", row.id)), now=now)


def _write_down(db: Session, row: Contract, taken: ContractStep, by: By, now: datetime) -> None:
    """Twice: in the contract's own history, and in the audit, which holds codes alone."""
    taken.contract, taken.to_state, taken.at = row.id, row.state, now
    taken.account, taken.on_behalf_of = by.account, by.on_behalf_of
    db.add(taken)
    target = ("contract", row.id)
    entry = Entry(
        f"contract.{_PAST[taken.step]}", by, resident=row.resident, target=target, facts=taken.facts
    )
    audit.record(db, entry, now=now)
