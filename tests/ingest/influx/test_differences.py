"""A copy against what it should hold: what differs, what may differ, and where time is cut."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.influx.differences import Wanted, differences, must_erase, slices
from ingest.influx.point import Point, name_of, point
from tests.ingest.influx.test_point import NOON, ROW

ONE, OTHER = point(ROW), point(ROW._replace(reading_id=UUID(int=3)))
WRONG = ONE._replace(fields={**ONE.fields, "systolic": Decimal(129)})


def wanted(*points: Point, waiting: tuple[Point, ...] = ()) -> Wanted:
    return Wanted({one.key: one.fields for one in (*points, *waiting)}, {one.key for one in waiting})


@pytest.mark.parametrize(
    ("held", "trouble"), [([], ["missing"]), ([ONE], []), ([WRONG], ["wrong"]), ([ONE, OTHER], ["extra"])]
)
def test_each_way_to_differ_has_its_name(held: list[Point], trouble: list[str]) -> None:
    assert [one.trouble for one in differences(wanted(ONE), held, ())] == trouble


@pytest.mark.parametrize("held", [[], [ONE], [WRONG]])
def test_a_point_that_is_not_copied_yet_may_be_anything(held: list[Point]) -> None:
    assert differences(wanted(waiting=(ONE,)), held, ()) == []


def test_what_the_server_refused_is_not_missing() -> None:
    assert differences(wanted(ONE), [], {name_of(ONE.key)}) == []


def test_a_refusal_excuses_no_wrong_point() -> None:
    assert [one.trouble for one in differences(wanted(ONE), [WRONG], {name_of(ONE.key)})] == ["wrong"]


def test_a_revision_that_adds_a_field_goes_over_the_one_before() -> None:
    assert not must_erase([ONE], point(ROW._replace(revision=1, meal="fasting", quality="implausible")))


@pytest.mark.parametrize("change", [{"pulse": None}, {"kind": "glucose"}, {"unit": "kPa"}])
def test_what_a_revision_no_longer_says_must_be_erased(change: dict[str, str | None]) -> None:
    assert must_erase([ONE], point(ROW._replace(revision=1, **change)))  # type: ignore[arg-type]


@given(
    after=st.lists(st.integers(0, 30_000_000), max_size=40).map(sorted),
    most=st.integers(1, 6),
)
def test_slices_lie_side_by_side_and_cut_no_second(after: list[int], most: int) -> None:
    rows = [ROW._replace(taken_at=NOON + timedelta(microseconds=each)) for each in after]
    begin, end = NOON, NOON + timedelta(seconds=31)
    parts = list(slices(rows, begin, end, most=most))
    assert (parts[0].begin, parts[-1].end) == (begin, end)
    assert all(one.end == next_one.begin for one, next_one in pairwise(parts))
    assert all(part.begin <= row.taken_at < part.end for part in parts for row in part.rows)
    assert [row for part in parts for row in part.rows] == rows
    assert all(part.end.microsecond == 0 for part in parts)
