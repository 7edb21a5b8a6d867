"""The rail of the administrator's pages. A new part of them is one line here. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from clinician_api.web.words import later

SectionCode = Literal["overview", "teams", "packages"]


@dataclass(frozen=True, slots=True)
class Section:
    code: SectionCode
    href: str
    icon: str
    label: str
    is_current: bool = False


_PLACES: Final[tuple[tuple[SectionCode, str, str], ...]] = (
    ("overview", "/admin", "chart-column"),
    ("teams", "/admin/teams", "users"),
    ("packages", "/admin/packages", "package"),
)
_LABELS: Final[Mapping[SectionCode, str]] = {
    "overview": later("Overview"),
    "teams": later("Teams"),
    "packages": later("Packages"),
}


def sections(current: SectionCode) -> tuple[Section, ...]:
    return tuple(Section(code, href, icon, _LABELS[code], code == current) for code, href, icon in _PLACES)
