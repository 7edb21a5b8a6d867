"""Who works in an institution, as its administrator finds and sees them. Looks up and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.errors import About, NotFoundError
from clinician_api.identity import staffing, terms
from clinician_api.identity.schemas import StaffOut

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Held:
    """A role, and where: no team where it is of the whole institution."""

    membership: UUID
    role: str
    team: str
    is_coming: bool


@dataclass(frozen=True, slots=True)
class Worker:
    account: UUID
    name: str
    login_name: str
    href: str
    is_me: bool
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A team in which a role may be given."""

    team: UUID
    name: str


@dataclass(frozen=True, slots=True)
class StaffPage:
    """`found` of the `everybody` who work here; `page` counts from 1."""

    typed: str
    workers: tuple[Worker, ...]
    found: int
    everybody: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Hiring:
    """The form of a new login as it was typed, without the password, and which fields are wrong."""

    name: str = ""
    login_name: str = ""
    wrong: frozenset[str] = frozenset()
    is_taken: bool = False


def listing(db: Session, institution: UUID, typed: str, page: int, *, me: UUID, now: datetime) -> StaffPage:
    """By name, whom `typed` may mean: part of the name, its initials, the login's beginning. A search has one
    page."""
    everybody = staffing.staff(db, institution, now)
    found = [each for each in everybody if is_meant(typed, each.name, each.login_name)]
    names = _teams(db, institution)
    pages = 1 if typed else max(1, -(-len(found) // PAGE))
    at = min(max(1, page), pages)
    shown = found[(at - 1) * PAGE : at * PAGE]
    workers = tuple(_worker(each, names, me, now) for each in shown)
    return StaffPage(typed, workers, len(found), len(everybody), at, pages)


def one(db: Session, institution: UUID, account: UUID, *, me: UUID, now: datetime) -> Worker:
    """Of somebody who works elsewhere, or no longer, there is no page."""
    for each in staffing.staff(db, institution, now):
        if each.account == account:
            return _worker(each, _teams(db, institution), me, now)
    raise NotFoundError("account.unknown", about=About("account", account))


def places(db: Session, institution: UUID) -> tuple[Place, ...]:
    return tuple(Place(team, name) for team, name in _teams(db, institution).items())


def is_meant(typed: str, name: str, login_name: str) -> bool:
    words = terms.plain(typed)
    return not words or any(term.startswith(words) for term in _terms(name, login_name))


def _terms(name: str, login_name: str) -> Iterable[str]:
    yield terms.plain(login_name)
    for _, term in terms.terms(name, None, ""):
        yield term


def _teams(db: Session, institution: UUID) -> Mapping[UUID, str]:
    return {each.id: each.name for each in staffing.teams(db, institution)}


def _worker(row: StaffOut, teams: Mapping[UUID, str], me: UUID, now: datetime) -> Worker:
    held = tuple(
        Held(role.id, role.role, teams.get(role.team, "") if role.team else "", role.since > now)
        for role in row.roles
    )
    href = f"/admin/staff/{row.account}"
    return Worker(row.account, row.name, row.login_name, href, row.account == me, held)
