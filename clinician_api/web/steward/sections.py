"""The rail of the steward's pages, with what waits in each section."""

from __future__ import annotations

from typing import Final

from clinician_api.stewards import quarantine
from clinician_api.stewards.acting import Acting
from clinician_api.web.steward.views import Section, SectionCode

ICONS: Final[dict[SectionCode, str]] = {"quarantine": "shield-alert"}


def sections(acts: Acting, current: SectionCode) -> tuple[Section, ...]:
    waiting = {"quarantine": quarantine.waiting(acts)}
    return tuple(
        Section(code, f"/fleet/{code}", icon, waiting[code], code == current) for code, icon in ICONS.items()
    )
