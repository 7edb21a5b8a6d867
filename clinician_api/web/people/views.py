"""What the pages about people show, as plain frozen values. Looks nothing up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Card:
    """A resident with two identifiers; the phone is masked."""

    id: UUID
    name: str
    sex: str
    age: int
    born: date
    file_number: str
    phone: str | None
    address: str

    @property
    def href(self) -> str:
        return f"/residents/{self.id}"


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who acts for somebody: `name` is of the other one on the page where it stands."""

    id: UUID
    resident: UUID
    name: str
    relation: str
    basis: str
    scopes: tuple[str, ...]
    last_day: date | None
    is_over: bool
    is_to_come: bool


@dataclass(frozen=True, slots=True)
class Paper:
    kind: str
    masked: str | None
    seen_on: date


@dataclass(frozen=True, slots=True)
class Member:
    """`card` is None of somebody whom the asker may not see."""

    relation: str
    card: Card | None


@dataclass(frozen=True, slots=True)
class Membership:
    """Of a priority group."""

    code: str
    by: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Who:
    """A resident's page about themself, for staff. `papers` is None on a server without keys."""

    card: Card
    signs: str
    papers: tuple[Paper, ...] | None
    helpers: tuple[Helper, ...]
    household: tuple[Member, ...]
    groups: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Who may act for me, and for whom I may act."""

    for_me: tuple[Helper, ...]
    by_me: tuple[Helper, ...]
    may_authorise: bool
