"""A curve as a picture."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hearthline.bench.curves import Curve, Point
from hearthline.bench.plot import draw

CURVE = Curve(
    "rows",
    "2026-11-28",
    (
        Point(0, (15_000,), (20_000,)),
        Point(1_000, (14_000, 12_000), (21_000,)),
        Point(10_000, (9_000,), (19_000,)),
    ),
)


def across(picture: str) -> list[float]:
    """Where the points of the whole path lie, from the left."""
    (steps,) = re.findall(r'points="([^"]+)" fill="none" stroke="#0b6b63"', picture)
    return [float(pair.split(",")[0]) for pair in steps.split()]


def test_it_is_xml_that_says_what_it_shows() -> None:
    picture = ET.fromstring(draw(CURVE))  # noqa: S314 - our own
    assert "how many are stored" in str(picture[0].text)


def test_each_power_of_ten_is_as_far_as_the_next_and_nought_stands_left_of_all() -> None:
    nought, thousand, ten_thousand = across(draw(CURVE))
    assert nought < thousand < ten_thousand


def test_the_tries_of_a_point_are_joined_by_an_upright_line() -> None:
    uprights = re.findall(r'd="M[\d.]+ ([\d.]+)V([\d.]+)" stroke="#0b6b63"', draw(CURVE))
    assert [low != high for low, high in uprights] == [False, True, False]
