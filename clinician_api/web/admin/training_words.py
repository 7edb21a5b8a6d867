"""Words for trainings and what waits for them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinician_api.web.words import later

COURSES: Final[Mapping[str, str]] = {
    "privacy": later("Privacy and looks in an emergency"),
    "agreements": later("Agreements and signing"),
    "catalogue": later("Service packages and fees"),
}
GATES: Final[Mapping[str, str]] = {
    "privacy": later("a look in an emergency"),
    "agreements": later("signing as the doctor"),
    "catalogue": later("publishing the catalogue"),
}
STATES: Final[Mapping[str, str]] = {
    "holds": later("good until"),
    "over": later("over since"),
    "missing": later("not done"),
}
