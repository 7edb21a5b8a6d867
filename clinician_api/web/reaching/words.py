"""Words for the codes of calls. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinician_api.web.words import later

SAID: Final[Mapping[str, str]] = {
    "reached": later("Reached"),
    "visited": later("Visited"),
    "nobody_answered": later("Nobody answered"),
    "wrong_number": later("Wrong number"),
    "no_longer_needed": later("No longer needed"),
}
URGENCIES: Final[Mapping[str, str]] = {
    "now": later("urgent"),
    "soon": later("today"),
    "courtesy": later("this week"),
}
_ABOUT: Final[Mapping[str, str]] = {
    "care": later("An alert: they were to call, or to be told who answers"),
    "case": later("An alert that a colleague was to be told of"),
    "contract": later("Their contract"),
    "reading": later("An answer to a reading"),
    "duty": later("The duty roster"),
    "emergency": later("A look in an emergency"),
}
_OTHER: Final = later("A message of ours")


def about(code: str) -> str:
    """What the message was about, by the room that it came from."""
    return _ABOUT.get(code.partition(".")[0], _OTHER)
