"""Words for the codes of oversight. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

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
