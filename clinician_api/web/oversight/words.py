"""Words for the codes of oversight, and the rail of its pages by role. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from clinician_api.access.rules import CLINICAL, Actor, Role
from clinician_api.web.words import later

CAUSES: Final[Mapping[str, str]] = {
    "life_at_risk": later("Life is at risk"),
    "cannot_answer": later("The resident cannot answer for themself"),
    "team_unreachable": later("Their own team cannot be reached"),
    "outbreak": later("An outbreak"),
}
VERDICTS: Final[Mapping[str, str]] = {
    "justified": later("Justified"),
    "unjustified": later("Not justified"),
}
OUTCOMES: Final[Mapping[str, str]] = {"done": later("done"), "refused": later("refused")}


@dataclass(frozen=True, slots=True)
class Section:
    href: str
    icon: str
    label: str
    is_current: bool


_PLACES: Final[tuple[tuple[str, str, str, frozenset[Role]], ...]] = (
    ("/emergencies", "shield-alert", later("Emergency"), CLINICAL),
    ("/emergencies/reviews", "list-checks", later("Reviews"), frozenset({"supervisor", "auditor"})),
    ("/audit", "eye", later("Audit"), frozenset({"auditor"})),
)


def sections(actor: Actor, current: str) -> tuple[Section, ...]:
    return tuple(_sections(actor, current))


def _sections(actor: Actor, current: str) -> Iterator[Section]:
    for href, icon, label, roles in _PLACES:
        if not roles.isdisjoint(actor.roles):
            yield Section(href, icon, label, href == current)
