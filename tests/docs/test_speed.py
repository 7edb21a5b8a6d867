"""The pictures of ingest's speed show the figures that lie beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hearthline.bench.curves import read
from hearthline.bench.plot import draw

FOLDER = Path(__file__).parents[2] / "docs" / "explanation" / "speed"
FIGURES = sorted(FOLDER.glob("*.json"))


def test_each_axis_has_its_figures() -> None:
    assert {path.stem for path in FIGURES} == {"rows", "batch", "gateways"}


@pytest.mark.parametrize("figures", FIGURES, ids=lambda path: path.stem)
def test_a_picture_is_drawn_from_its_figures(figures: Path) -> None:
    curve = read(figures.read_bytes())
    assert curve.axis == figures.stem
    assert figures.with_suffix(".svg").read_text() == draw(curve)


@pytest.mark.parametrize("figures", FIGURES, ids=lambda path: path.stem)
def test_a_picture_stands_in_the_page_that_explains_it(figures: Path) -> None:
    assert f"speed/{figures.stem}.svg" in FOLDER.with_suffix(".md").read_text()
