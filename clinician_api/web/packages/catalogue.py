"""The catalogue as a visitor reads it: an institution's packages and the teams that serve. Needs no login."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.contracts import book
from clinician_api.errors import About, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.identity import staffed
from clinician_api.identity.schemas import TeamCard
from clinician_api.packages import service
from clinician_api.packages.years import day_of
from clinician_api.web.packages.cards import Card, cards
from clinician_api.web.words import Words


@dataclass(frozen=True, slots=True)
class Place:
    """An institution to choose."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class ServingTeam:
    """`has_room`: somebody more can sign with it today."""

    name: str
    members: tuple[str, ...]
    has_room: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Of one institution; without a name it is still to be chosen among `places`."""

    name: str
    phone: str
    cards: tuple[Card, ...]
    teams: tuple[ServingTeam, ...]
    places: tuple[Place, ...]


def catalogue(db: Session, institution: UUID | None, *, words: Words, now: datetime) -> Catalogue:
    """Where there is one institution alone, nobody has to choose it."""
    known = identity.institution_names(db, identity.institutions(db))
    chosen = institution or (next(iter(known)) if len(known) == 1 else None)
    if chosen is None:
        places = [Place(name, f"/packages?institution={each}") for each, name in known.items()]
        return Catalogue("", "", (), (), tuple(sorted(places, key=lambda each: each.name)))
    if chosen not in known:
        raise NotFoundError("institution.unknown", about=About("institution", chosen))
    offered = service.offered(db, day_of(now), institution=chosen)
    teams = identity.teams_in(db, chosen)
    phone = teams[0].institution_phone if teams else ""
    return Catalogue(known[chosen], phone, cards(offered, words.language), _serving(db, teams, now), ())


def _serving(db: Session, teams: Sequence[TeamCard], now: datetime) -> tuple[ServingTeam, ...]:
    ids = [team.team for team in teams]
    room, crews = book.places_in(db, ids, now=now), staffed.crews(db, ids, now)
    known = identity.people(db, {member for crew in crews.values() for member in crew.members})
    return tuple(
        ServingTeam(
            team.name,
            tuple(known[member].name for member in crews[team.team].members),
            has_room=not room[team.team].is_full,
        )
        for team in teams
    )
