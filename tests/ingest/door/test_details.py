"""Which of several deliveries is in force, and what a person said above all of them."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

from device_drivers.wire.reading import Context
from ingest.door.details import Details
from tests.ingest.making import NOON

PLAIN = Details((), "ok", None, NOON)
FASTING = Details((), "ok", Context(meal="fasting", tester="self"), NOON)
LATER = Details(("irregular_pulse",), "ok", None, NOON + timedelta(hours=1))


def last(deliveries: tuple[Details, ...]) -> Details:
    """As they go in force one after the other."""
    first, *others = deliveries
    for each in others:
        told = each.under(first)
        first = told if told.supersede(first) else first
    return first


def test_the_same_one_wins_in_any_order() -> None:
    assert {last(order) for order in permutations((PLAIN, FASTING, LATER))} == {FASTING}


def test_a_persons_quality_stays_whatever_is_delivered() -> None:
    said = Details((), "control_solution", None, NOON, frozenset({"quality"}))
    assert not PLAIN.under(said).supersede(said)
    assert last((said, FASTING)).quality == "control_solution"


def test_a_persons_meal_stays_beside_what_else_the_meter_knows() -> None:
    said = Details((), "ok", Context(meal="post_meal"), NOON, frozenset({"meal"}))
    assert FASTING.under(said).context == Context(meal="post_meal", tester="self")
