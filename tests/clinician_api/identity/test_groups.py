"""Priority groups follow from the day of birth, from registers and from papers, and are never typed over."""

from __future__ import annotations

from datetime import date

import pytest

from clinician_api.identity import groups
from clinician_api.identity.groups import Code, Group, Kept

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("born", "codes"),
    [
        (date(2026, 3, 2), ["02"]),
        (date(2019, 3, 3), ["02"]),
        (date(2019, 3, 2), ["10"]),
        (date(1961, 3, 3), ["10"]),
        (date(1961, 3, 2), ["03"]),
        (date(1900, 1, 1), ["03"]),
    ],
)
def test_children_until_seven_and_the_elderly_from_65_are_computed(born: date, codes: list[Code]) -> None:
    assert [each.code for each in groups.on(born, [], TODAY)] == codes


def test_where_the_elderly_count_from_60_it_is_configured() -> None:
    assert [each.code for each in groups.on(date(1966, 3, 2), [], TODAY, elderly=60)] == ["03"]


def test_somebody_is_in_several_groups_and_only_while_each_holds() -> None:
    kept = [
        Group("04", "register", date(2020, 1, 1), None),
        Group("08", "stated", date(2020, 1, 1), TODAY),
        Group("11", "stated", date(2026, 3, 3), None),
    ]
    assert [each.code for each in groups.on(date(1950, 1, 1), kept, TODAY)] == ["03", "04"]


def test_every_code_is_either_computed_or_registered_or_stated() -> None:
    parts = [groups.AGED, groups.REGISTERED, groups.STATED, {groups.GENERAL}]
    assert sorted(code for part in parts for code in part) == [f"{n:02}" for n in range(1, 23)]


@pytest.mark.parametrize(
    ("code", "by", "fits"),
    [("08", "stated", True), ("04", "stated", False), ("04", "register", True), ("03", "register", False)],
)
def test_what_is_computed_is_never_typed(code: Code, by: str, *, fits: bool) -> None:
    assert Kept(code, "stated" if by == "stated" else "register", "证 12", TODAY).is_fitting is fits
