"""Words for the standing of a package in the catalogue. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from clinician_api.web.words import later

STANDINGS: Final[Mapping[str, str]] = {
    "kept": later("Given as promised"),
    "under_way": later("Under way"),
    "behind": later("Behind: less than half"),
    "missed": later("Not given"),
    "as_needed": later("As needed"),
    "uncounted": later("Not counted here yet"),
}
WHEN: Final[Mapping[str, str]] = {
    "overdue": later("Overdue"),
    "due": later("Due now"),
    "ahead": later("Soon"),
}
State = Literal["offered", "coming", "draft", "retired", "everybodys"]
STATES: Final[Mapping[State, str]] = {
    "offered": later("On offer"),
    "coming": later("From a later day"),
    "draft": later("Draft alone"),
    "retired": later("No longer offered"),
    "everybodys": later("Everybody's"),
}
