"""The rail: each role finds its sections, and none that would turn it away."""

from __future__ import annotations

from typing import Final

import pytest

from clinician_api.access.rules import Role
from clinician_api.web.rail import rail
from tests.clinician_api.matrix.expected import ALL, EXPECTED

_SECTIONS: Final[dict[Role, str]] = {
    "doctor": "/worklist /search /contracts /services /calls /emergencies",
    "supervisor": "/worklist /search /contracts /services /calls /complaints /refunds /emergencies"
    " /emergencies/reviews",
    "auditor": "/emergencies/reviews /audit",
    "administrator": "/admin /admin/teams /admin/staff /admin/trainings /admin/packages /admin/agreements"
    " /admin/region /admin/health",
    "security": "/admin/health",
    "steward": "/fleet",
    "resident": "",
}


@pytest.mark.parametrize(("role", "hrefs"), _SECTIONS.items())
def test_a_role_has_its_sections_in_one_order(role: Role, hrefs: str) -> None:
    assert [each.href for each in rail({role}, "/", {})] == hrefs.split()


def test_a_rail_leads_nobody_to_a_page_that_turns_them_away() -> None:
    shut = [
        (role, link.href)
        for role in ALL
        for link in rail({role}, "/", {})
        if role not in (EXPECTED[f"GET {link.href}"].roles or ALL)
    ]
    assert shut == []


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/admin", ["/admin"]),
        ("/admin/teams/7", ["/admin/teams"]),
        ("/counter", ["/contracts"]),
        ("/residents/7/identity", ["/search"]),
        ("/emergencies/reviews", ["/emergencies/reviews"]),
        ("/administrators", []),
    ],
)
def test_the_narrowest_section_is_current(path: str, current: list[str]) -> None:
    links = rail({"administrator", "supervisor"}, path, {})
    assert [each.href for each in links if each.is_current] == current
