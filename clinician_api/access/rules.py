"""An actor, and to whom sight of a resident can be granted. Plain values: looks nothing up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Role = Literal["doctor", "nurse", "leader", "supervisor", "duty", "steward", "resident"]

GrantKind = Literal["team", "duty_desk", "self", "proxy", "emergency"]
SourceKind = Literal["account", "contract", "episode", "proxy", "emergency"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who is logged in. Staff have teams and an institution, a resident has `resident` alone."""

    account: UUID
    login: UUID
    name: str
    roles: frozenset[Role]
    language: Literal["zh", "en"] = "zh"
    teams: frozenset[UUID] = frozenset()
    institution: UUID | None = None
    resident: UUID | None = None


@dataclass(frozen=True, slots=True)
class Grantee:
    """A team, an institution's duty desk (whoever is on its shift), or the resident's own account.

    The supervisors of `institution` see what its teams and its desk see.
    """

    kind: GrantKind
    id: UUID
    institution: UUID | None


def team(team: UUID, institution: UUID) -> Grantee:
    return Grantee("team", team, institution)


def duty_desk(institution: UUID) -> Grantee:
    return Grantee("duty_desk", institution, institution)


def oneself(account: UUID) -> Grantee:
    return Grantee("self", account, None)


@dataclass(frozen=True, slots=True)
class Source:
    """Why there is a grant: the kind and id of what it can be computed from again."""

    kind: SourceKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Grant:
    """Sight from `since` until just before `until`; without `until` for as long as nobody ends it."""

    grantee: Grantee
    resident: UUID
    since: datetime
    until: datetime | None
    source: Source


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose gateways and meters a data steward looks after. Of residents it gives no sight: a steward knows
    those alone who have a meter in a home within reach, and each look at one is written down."""

    institutions: frozenset[UUID] = frozenset()
    is_everything: bool = False

    @property
    def filter(self) -> tuple[UUID, ...] | None:
        """As the fleet's questions take it: None is everybody, the empty one nobody."""
        return None if self.is_everything else tuple(sorted(self.institutions))
