"""A chart is drawn as when it was looked at, is a well-formed picture with a name, and stays small."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from tests.clinician_api.web.charts.golden import CASES, FOLDER

CHARTS = sorted(name for name in CASES if not name.startswith("spark"))


@pytest.mark.parametrize("name", CASES)
def test_a_chart_is_drawn_as_when_it_was_looked_at(name: str) -> None:
    assert CASES[name]() + "\n" == (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_well_formed_and_named_for_those_who_hear_it(name: str) -> None:
    root = ET.fromstring(CASES[name]())  # noqa: S314 - our own drawing
    assert root.get("role") == "img"
    ids = (root.get("aria-labelledby") or "").split()
    named = {each.get("id"): each.text for each in root.iter()}
    assert all(named[each] for each in ids)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_holds_at_most_1500_marks_and_40_kilobytes(name: str) -> None:
    drawn = CASES[name]()
    assert drawn.count("<") <= 2 * 1500
    assert len(drawn.encode()) <= 40_000


@pytest.mark.parametrize("name", CHARTS)
def test_no_mark_stands_outside_the_picture(name: str) -> None:
    drawn = CASES[name]()
    height = 330 if name.startswith("pressure") else 250
    places = [float(each) for each in re.findall(r'\b(?:y|cy)="(-?[\d.]+)"', drawn)]
    assert all(0 <= each <= height for each in places)


def test_words_of_others_are_escaped() -> None:
    assert "自述停药 &lt;b&gt;&amp;" in CASES["pressure-month"]()
