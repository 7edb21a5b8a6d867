"""An actor, and to whom sight of a resident can be granted. Plain values: looks nothing up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args
from uuid import UUID

Role = Literal[
    "doctor",
    "nurse",
    "leader",
    "public_health",
    "pharmacist",
    "village_doctor",
    "specialist",
    "supervisor",
    "duty",
    "steward",
    "administrator",
    "security",
    "auditor",
    "regulator",
    "resident",
]

SPLIT: Final[frozenset[Role]] = frozenset({"administrator", "security", "auditor"})
"""Nobody holds two of these: who sets up, who guards, who checks (GB/T 22239-2019, level 3)."""

CLINICAL: Final[frozenset[Role]] = frozenset(
    {
        "doctor",
        "nurse",
        "leader",
        "public_health",
        "pharmacist",
        "village_doctor",
        "specialist",
        "supervisor",
        "duty",
    }
)
"""Who has residents to care for."""

COUNTER: Final[frozenset[Role]] = frozenset({"doctor", "nurse", "leader", "supervisor"})
"""Who writes down what a resident wants who stands there."""

Scope = Literal["read", "measure", "consult", "sign"]
"""What a helper may do for another: look, send readings, speak with the team, sign."""

GrantKind = Literal["team", "duty_desk", "self", "proxy", "emergency"]
FOR_ACUTE_CARE: Final = frozenset(
    {"pane", "case", "worklist", "card", "answer", "reply", "notices", "tasks", "call"}
)
ONLY_ACUTE: Final[frozenset[GrantKind]] = frozenset({"duty_desk", "emergency"})
"""They give sight for the care of the moment, and of no papers, family or consents (PIPL art. 6)."""

SourceKind = Literal["account", "contract", "episode", "proxy", "emergency"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who is logged in. Staff have teams and an institution; `resident` is whose pages these are.

    `behalf` is that resident while somebody else acts for them: then the actor is a helper and nothing more,
    whatever work they do otherwise, and `scopes` says what for.
    """

    account: UUID
    login: UUID
    name: str
    roles: frozenset[Role]
    language: Literal["zh", "en"] = "zh"
    teams: frozenset[UUID] = frozenset()
    institution: UUID | None = None
    resident: UUID | None = None
    behalf: UUID | None = None
    scopes: frozenset[Scope] = frozenset()
    behalf_name: str = ""

    def may(self, scope: Scope) -> bool:
        """On the resident's own pages: everything is one's own, a helper keeps to what was allowed."""
        return self.resident is not None and (self.behalf is None or scope in self.scopes)


@dataclass(frozen=True, slots=True)
class Grantee:
    """A team, an institution's duty desk (whoever is on its shift), the resident's account, or a helper's.

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


def helper(account: UUID) -> Grantee:
    """Who acts for somebody else. What for stands in the grant's scope."""
    return Grantee("proxy", account, None)


def in_emergency(account: UUID) -> Grantee:
    return Grantee("emergency", account, None)


def kinds_for(purpose: str) -> frozenset[GrantKind]:
    """The kinds of grants by which somebody may read for this purpose."""
    kinds: frozenset[GrantKind] = frozenset(get_args(GrantKind))
    return kinds if purpose in FOR_ACUTE_CARE else kinds - ONLY_ACUTE


@dataclass(frozen=True, slots=True)
class Source:
    """Why there is a grant: the kind and id of what it can be computed from again."""

    kind: SourceKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Grant:
    """Sight from `since` until just before `until`; without `until` for as long as nobody ends it.

    `scope` is of helpers alone.
    """

    grantee: Grantee
    resident: UUID
    since: datetime
    until: datetime | None
    source: Source
    scope: frozenset[Scope] = frozenset()


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
