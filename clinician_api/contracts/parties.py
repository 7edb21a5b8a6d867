"""Which parties of a contract somebody who is logged in may act as. Looks nothing up."""

from __future__ import annotations

from typing import Final

from clinician_api.access.rules import Actor, Role
from clinician_api.contracts.models import Contract
from clinician_api.contracts.states import Party
from clinician_api.errors import About, NotFoundError

_SIGNS: Final[frozenset[Role]] = frozenset({"doctor", "leader"})
_COUNTER: Final[frozenset[Role]] = frozenset({"doctor", "nurse", "leader", "supervisor"})


def of(actor: Actor, row: Contract) -> frozenset[Party]:
    found: set[Party] = set()
    if actor.resident is not None and actor.resident == row.resident:
        found.add("resident")
    if row.team in actor.teams and not _SIGNS.isdisjoint(actor.roles):
        found.add("team")
    if actor.institution == row.institution and not _COUNTER.isdisjoint(actor.roles):
        found.add("staff")
    return frozenset(found)


def require(actor: Actor, row: Contract) -> None:
    """Whoever is no party of it finds none."""
    if not of(actor, row):
        raise NotFoundError("contract.unknown", about=About("contract", row.id))
