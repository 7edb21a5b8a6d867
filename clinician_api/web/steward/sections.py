"""The rail of the steward's pages, with what waits in each section."""

from __future__ import annotations

from typing import Final

from clinician_api.stewards import failures, fleet, quarantine, readings
from clinician_api.stewards.acting import Acting
from clinician_api.web.steward.views import Section, SectionCode

ICONS: Final[dict[SectionCode, str]] = {
    "gateways": "router",
    "quarantine": "shield-alert",
    "unattributed": "user-search",
    "doubtful": "circle-question-mark",
    "failed": "triangle-alert",
}


def sections(acts: Acting, current: SectionCode) -> tuple[Section, ...]:
    waiting: dict[SectionCode, int] = {
        "gateways": fleet.silent(acts),
        "quarantine": quarantine.waiting(acts),
        "unattributed": readings.count_waiting(acts),
        "doubtful": readings.count_doubted(acts),
        "failed": failures.recent(acts),
    }
    return tuple(
        Section(code, href(code), icon, waiting[code], code == current) for code, icon in ICONS.items()
    )


def href(code: SectionCode) -> str:
    return "/fleet" if code == "gateways" else f"/fleet/{code}"
