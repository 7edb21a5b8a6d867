"""An actor and what a role may do. Plain values: looks nothing up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Role = Literal["doctor", "nurse", "leader", "supervisor", "duty", "resident"]


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
