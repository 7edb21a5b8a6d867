"""The first screen of signing up where many centres share a server: searched, and a page at a time."""

from __future__ import annotations

from uuid import UUID

import pytest

from clinician_api.web.contracts.choosing import PAGE, page
from clinician_api.web.contracts.views import Centre, TeamCard


def centre(name: str, district: str, teams: int) -> Centre:
    made = (TeamCard(UUID(int=n), f"{n}队", (f"李{n}敏",), (), 5, is_nearly_full=False) for n in range(teams))
    return Centre(name, tuple(made), district)


MANY = (centre("曹杨社区", "普陀区", PAGE + 2), centre("真如社区", "普陀区", 3), centre("花桥镇", "昆山", 1))


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("花桥", ["花桥镇"]),
        ("hqz", ["花桥镇"]),
        ("昆山", ["花桥镇"]),
        ("ptq", ["曹杨社区", "真如社区"]),
        ("李13", ["曹杨社区"]),
        ("<script>", []),
        ("%", []),
    ],
)
def test_a_team_is_found_by_centre_district_team_or_doctor(typed: str, names: list[str]) -> None:
    assert [each.name for each in page(MANY, typed, 1).centres] == names


def test_every_team_stands_on_one_page_and_no_page_is_too_long() -> None:
    pages = [page(MANY, "", n) for n in range(1, page(MANY, "", 1).pages + 1)]
    sizes = [sum(len(each.teams) for each in one.centres) for one in pages]
    assert (sum(sizes), max(sizes)) == (PAGE + 6, PAGE)
    assert page(MANY, "", 99).page == len(pages)
    assert not page(MANY[2:], "", 1).is_long
