"""Which parties of a contract somebody who is logged in may act as. Looks nothing up."""

from __future__ import annotations

from typing import Final

from clinician_api.access.rules import COUNTER, Actor, Role
from clinician_api.contracts.models import Contract
from clinician_api.contracts.states import Party
from clinician_api.errors import About, NotAllowedError, NotFoundError

_SIGNS: Final[frozenset[Role]] = frozenset({"doctor", "leader"})


def of(actor: Actor, row: Contract) -> frozenset[Party]:
    """A helper acts as the resident where they may sign, whatever work they do otherwise."""
    if actor.resident is not None:
        is_theirs = actor.resident == row.resident and actor.may("sign")
        return frozenset({"resident"}) if is_theirs else frozenset()
    found: set[Party] = set()
    if row.team in actor.teams and not _SIGNS.isdisjoint(actor.roles):
        found.add("team")
    if actor.institution == row.institution and _is_at_its_counter(actor, row):
        found.add("staff")
    return frozenset(found)


def _is_at_its_counter(actor: Actor, row: Contract) -> bool:
    """Whoever works at the counter writes down a wish for any team of the house; once it is asked for, the
    team and a supervisor alone see to it."""
    if COUNTER.isdisjoint(actor.roles):
        return False
    return row.state == "draft" or row.team in actor.teams or "supervisor" in actor.roles


def require(actor: Actor, row: Contract) -> None:
    """Whoever is no party of it finds none; a helper who may not sign is told so."""
    if of(actor, row):
        return
    about = About("contract", row.id)
    if actor.resident is not None and actor.resident == row.resident:
        raise NotAllowedError("proxy.not_for_sign", about=about)
    raise NotFoundError("contract.unknown", about=about)
