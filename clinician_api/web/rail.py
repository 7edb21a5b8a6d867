"""The rail of all staff pages: where somebody of these roles may go. A new section is one line here. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from clinician_api.access.rules import CLINICAL, Role
from clinician_api.web.words import later

_STEWARD: Final[frozenset[Role]] = frozenset({"steward"})
_ADMINISTRATOR: Final[frozenset[Role]] = frozenset({"administrator"})
_SUPERVISOR: Final[frozenset[Role]] = frozenset({"supervisor"})
_AUDITOR: Final[frozenset[Role]] = frozenset({"auditor"})
_KEEPERS: Final[frozenset[Role]] = frozenset({"administrator", "security"})
_JUDGES: Final[frozenset[Role]] = frozenset({"supervisor", "auditor"})


@dataclass(frozen=True, slots=True)
class Place:
    """`within`: other addresses whose pages belong to it."""

    href: str
    icon: str
    label: str
    roles: frozenset[Role]
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """`waiting`: how much there is to do, 0 where nothing is counted."""

    href: str
    icon: str
    label: str
    is_current: bool = False
    waiting: int = 0


_PLACES: Final = (
    Place("/worklist", "list-checks", later("Worklist"), CLINICAL),
    Place("/search", "user-search", later("Residents"), CLINICAL, ("/residents",)),
    Place("/contracts", "pen-line", later("Contracts"), CLINICAL, ("/counter",)),
    Place("/services", "calendar", later("Services"), CLINICAL),
    Place("/calls", "phone", later("Calls"), CLINICAL),
    Place("/complaints", "message-circle", later("Complaints"), _SUPERVISOR),
    Place("/refunds", "rotate-ccw", later("To give back"), _SUPERVISOR),
    Place("/emergencies", "shield-alert", later("Emergency"), CLINICAL),
    Place("/emergencies/reviews", "eye", later("Reviews"), _JUDGES),
    Place("/audit", "clipboard-list", later("Audit"), _AUDITOR),
    Place("/admin", "chart-column", later("Overview"), _ADMINISTRATOR),
    Place("/admin/teams", "users", later("Teams"), _ADMINISTRATOR),
    Place("/admin/staff", "user-round-check", later("Staff"), _ADMINISTRATOR),
    Place("/admin/trainings", "circle-check", later("Trainings"), _ADMINISTRATOR),
    Place("/admin/packages", "package", later("Packages"), _ADMINISTRATOR),
    Place("/admin/agreements", "clipboard-list", later("Agreement text"), _ADMINISTRATOR),
    Place("/admin/region", "table", later("Region"), _ADMINISTRATOR),
    Place("/admin/health", "activity", later("Health"), _KEEPERS),
    Place("/fleet", "router", later("Data desk"), _STEWARD),
)


def rail(roles: Collection[Role], path: str, waiting: Mapping[str, int]) -> tuple[Link, ...]:
    """In one order for everybody; the section that `path` lies in is current."""
    mine = tuple(_mine(roles))
    current = _current(mine, path)
    return tuple(
        Link(each.href, each.icon, each.label, each.href == current, waiting.get(each.href, 0))
        for each in mine
    )


def _mine(roles: Collection[Role]) -> Iterator[Place]:
    for place in _PLACES:
        if not place.roles.isdisjoint(roles):
            yield place


def _current(places: Collection[Place], path: str) -> str:
    """The narrowest section that holds the page: `/admin/teams` lies in Teams and not in Overview."""
    holding = (
        (len(begin), place.href)
        for place in places
        for begin in (place.href, *place.within)
        if path == begin or path.startswith(f"{begin}/")
    )
    return max(holding, default=(0, ""))[1]
