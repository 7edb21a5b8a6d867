"""A contract laid out for either side, and the paper that both sign. Looks things up and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.agreements import service as agreements
from clinician_api.contracts import book, dates, looking, pacing, parties, signatures, states, wording
from clinician_api.contracts import models as rows
from clinician_api.contracts.dates import Pace
from clinician_api.identity import service as identity
from clinician_api.identity import staffed
from clinician_api.packages import service as packages
from clinician_api.packages.wording import Row, fee, say
from clinician_api.web.contracts.views import Centre, Contract, Paper, TeamCard
from clinician_api.web.words import Language

Kind = Literal["new", "renewal", "change"]
_STANDS: Final = frozenset({"accepted", *states.HELD})


def contract(db: Session, actor: Actor, row: rows.Contract, *, language: Language, now: datetime) -> Contract:
    card = identity.team_cards(db, [row.team])[row.team]
    mine = parties.of(actor, row)
    doctors = identity.people(db, identity.doctors(db, row.team, now))
    signed = signatures.parties_of(db, row.id)
    return Contract(
        id=row.id,
        version=row.version,
        number=wording.number(row),
        state=row.state,
        team=card.name,
        doctors=tuple(each.name for each in doctors.values()),
        tel=card.phone or card.institution_phone,
        begins=row.begins,
        ends=row.ends,
        packages=_names(db, row, language),
        fee=fee(row.fee, language),
        fee_state=row.fee_state,
        refund=None if (back := book.refund(row)) is None else _yuan(back, language),
        agreement=row.agreement if row.state in _STANDS else None,
        is_sealed=row.sealed is not None,
        signed_by=frozenset(signed),
        steps=frozenset(
            step
            for step in states.every(row.state)
            if states.move(row.state, step).by & (mine | _follow(mine))
        ),
        refusal=row.refusal,
        words=row.words,
        ended_on=dates.last_served(row.ended_at) if row.ended_at else None,
        was_served=row.state in states.HELD,
        answer_by=due_of(row, pacing.of(db, row)),
        kind=kind_of(row),
    )


def _yuan(amount: Decimal, language: Language) -> str:
    return f"{amount:.2f} 元" if language == "zh" else f"{amount:.2f} yuan"


def _follow(mine: frozenset[states.Party]) -> frozenset[states.Party]:
    """A renewal and a change are steps of the contract that follows, which the resident's side asks for."""
    return frozenset({"successor"}) if mine & {"resident", "staff"} else frozenset()


def kind_of(row: rows.Contract) -> Kind:
    if row.replaces is None:
        return "new"
    return "renewal" if row.because is None else "change"


def due_of(row: rows.Contract, pace: Pace) -> datetime | None:
    """By when the one whose turn it is should have acted."""
    if row.state == "applied" and row.applied_at:
        return dates.after_working_days(row.applied_at, pace.answer_working_days)
    if row.state == "accepted" and row.accepted_at:
        return row.accepted_at + pace.sign_within
    if row.state == "signed" and row.signed_at and row.fee_state == "pending":
        return row.signed_at + pace.pay_within
    return None


def _names(db: Session, row: rows.Contract, language: Language) -> tuple[str, ...]:
    chosen = packages.versions(db, [UUID(each) for each in row.packages])
    return tuple(say(each.offer.name, language) for each in chosen)


def paper(db: Session, row: rows.Contract, language: Language) -> Paper | None:
    """None before the team has accepted: until then nothing is frozen."""
    if row.agreement is None or row.terms_sha256 is None:
        return None
    terms, blocks = agreements.blocks(db, row.agreement, language)
    items = terms.items.get(language) or terms.items["zh"]
    return Paper(
        number=terms.number,
        blocks=blocks,
        items=tuple(Row(each.package, each.name, each.times, each.payer, "") for each in items),
        own=f"{terms.own:.2f}",
        sha256=row.terms_sha256,
        is_translation=language != "zh",
    )


def teams(db: Session, institution: UUID, *, but: UUID | None, now: datetime) -> tuple[TeamCard, ...]:
    """Of an institution, those with room first."""
    cards = [each for each in identity.teams_in(db, institution) if each.team != but]
    ids = [each.team for each in cards]
    room, crews = looking.places(db, ids, now=now), staffed.crews(db, ids, now)
    known = identity.people(db, {member for crew in crews.values() for member in crew.members})
    found = []
    for each in cards:
        crew, place = crews[each.team], room[each.team]
        names = tuple(known[doctor].name for doctor in crew.doctors)
        others = tuple(known[member].name for member in crew.members if member not in crew.doctors)
        found.append(TeamCard(each.team, each.name, names, others, place.free, place.is_nearly_full))
    return tuple(sorted(found, key=lambda team: team.is_full))


def centres(db: Session, institutions: Iterable[UUID], now: datetime) -> tuple[Centre, ...]:
    names = identity.institution_names(db, list(institutions))
    where = identity.district_names(db, list(names))
    found = (
        Centre(name, teams(db, each, but=None, now=now), where.get(each, "")) for each, name in names.items()
    )
    return tuple(sorted((each for each in found if each.teams), key=lambda each: each.name))


def names_of(db: Session, ids: Sequence[UUID]) -> tuple[str, ...]:
    known = identity.team_cards(db, ids)
    return tuple(known[each].name for each in ids if each in known)
