"""What the chart of fingersticks shows."""

from __future__ import annotations

from decimal import Decimal

from clinician_api.web.charts.glucose import SLOTS, glucose_chart
from tests.clinician_api.web.people import at, fingersticks, glucose, period


def test_means_stand_by_context_and_leave_hi_and_lo_apart() -> None:
    readings = (
        glucose(at(2, 7), "7.0", context="fasting"),
        glucose(at(1, 7), "8.1", context="fasting"),
        glucose(at(0, 7), None, context="fasting", quality="out_of_range_high"),
    )
    (slot,) = glucose_chart(readings, period(14)).slots
    assert (slot.context, slot.readings, slot.beyond, slot.mean) == ("fasting", 3, 1, Decimal("7.6"))


def test_shapes_say_before_after_and_other() -> None:
    readings = tuple(glucose(at(1, 6 + place), "7.0", context=context) for place, context in enumerate(SLOTS))
    shapes = [each.shape for each in glucose_chart(readings, period(14)).sticks]
    assert shapes == ["square", "square", "triangle", "circle", "circle", "circle"]


def test_control_solution_is_shown_and_counts_nowhere() -> None:
    chart = glucose_chart((glucose(at(1, 7), "6.1", quality="control_solution"),), period(14))
    assert [each.counts for each in chart.sticks] == [False]
    assert chart.slots == ()


def test_only_the_last_fortnight_is_shown_and_the_last_reading_is_known() -> None:
    readings = (glucose(at(20, 7), "7.0"),)
    chart = glucose_chart(readings, period(14))
    assert (chart.sticks, chart.last_at) == ((), readings[0].taken_at)


def test_all_is_counted() -> None:
    chart = glucose_chart(fingersticks(), period(14))
    assert chart.readings == len(chart.sticks) == len(fingersticks())
