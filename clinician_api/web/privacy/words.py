"""Plain words for what was done with somebody's data. A code without a word here has a general one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinician_api.web.words import later

_READS: Final[Mapping[str, str]] = {
    "pane": later("looked at your values and alerts"),
    "case": later("opened one of your alerts"),
    "worklist": later("had you on the worklist"),
    "list": later("had you on a list of residents"),
    "search": later("found you by the search"),
    "card": later("looked at your name and contact"),
    "tasks": later("looked at the tasks about you"),
    "notices": later("was told something about you"),
    "reply": later("answered one of your measurements"),
    "answer": later("looked whether a measurement was answered"),
    "agreement": later("read your agreement"),
    "consents": later("looked at what you agreed to"),
    "emergency": later("looked in an emergency"),
}
_DEEDS: Final[Mapping[str, str]] = {
    "case": later("dealt with one of your alerts"),
    "episode": later("dealt with one of your alerts"),
    "contract": later("did something about your contract"),
    "agreement": later("did something about your agreement"),
    "consent": later("wrote down what you agreed to or took back"),
    "proxy": later("changed who may help you"),
    "document": later("changed your identity document"),
    "emergency": later("looked in an emergency, or judged such a look"),
}
_READ: Final = later("looked at your information")
_DID: Final = later("did something that concerns you")
_REFUSED: Final = later("wanted to see your information and was refused")


def words_for(kind: str, action: str, purpose: str | None) -> str:
    """A msgid."""
    if kind == "refused":
        return _REFUSED
    if kind == "read":
        return _READS.get(purpose or "", _READ)
    return _DEEDS.get(action.partition(".")[0], _DID)
