"""What the chart of blood pressure shows agrees with what the rules judge."""

from __future__ import annotations

from datetime import timedelta

from alerts.means import week_mean
from alerts.reading import Pressure
from alerts.series import Series
from clinician_api.web.charts.pressure import MOST_POINTS, figures, pressure_chart
from tests.clinician_api.web.charts.golden import crowd
from tests.clinician_api.web.people import NOW, at, period, pressure, rising


def test_the_7_day_mean_is_the_one_that_alerts_judge() -> None:
    readings = rising()
    judged = week_mean(Series(readings, readings[-1]))
    assert judged is not None
    assert figures(readings, period(30)).mean == judged


def test_the_line_ends_at_the_7_day_mean() -> None:
    readings = rising()
    line = pressure_chart(readings, period(30)).line
    mean = figures(readings, period(30)).mean
    assert mean is not None
    assert line[-1][-1].pressure == mean.pressure


def test_the_line_breaks_where_days_were_missed() -> None:
    chart = pressure_chart(rising(), period(30))
    assert [each.days for each in chart.gaps] == [3]
    assert len(chart.line) == 2
    assert chart.period.local(chart.line[0][-1].at).date() < chart.gaps[0].first


def test_a_mean_needs_three_readings() -> None:
    # The first day of a history leaves every mean.
    two = (pressure(at(3, 7), 130, 80), pressure(at(2, 7), 130, 80), pressure(at(1, 7), 130, 80))
    three = (*two, pressure(at(0, 7), 130, 80))
    assert pressure_chart(two, period(7)).line == ()
    assert len(pressure_chart(three, period(7)).line[0]) == 1


def test_without_readings_there_are_figures_all_the_same() -> None:
    found = figures((), period(30))
    assert (found.mean, found.change, found.readings, found.done, found.last_at) == (None, None, 0, 0, None)
    assert pressure_chart((), period(30)).gaps == ()


def test_a_week_without_readings_has_no_current_mean() -> None:
    later = NOW + timedelta(days=8)
    assert figures(rising(), period(30, later)).mean is None


def test_what_is_in_doubt_is_shown_and_does_not_count() -> None:
    moved = pressure(at(0, 6), 190, 100, flags=frozenset({"body_movement"}))
    (point,) = pressure_chart((moved,), period(7)).points
    assert (point.counts, point.marks) == (False, ("body_movement",))
    assert figures((moved,), period(7)).readings == 0


def test_a_goal_is_met_by_both_numbers() -> None:
    readings = (
        pressure(at(1, 7), 134, 84),
        pressure(at(1, 8), 135, 80),
        pressure(at(1, 9), 120, 85),
    )
    found = figures(readings, period(7))
    assert (found.in_target, found.readings) == (1, 3)


def test_mornings_are_filled_evenings_hollow_and_the_rest_other() -> None:
    hours = {3: "other", 4: "morning", 11: "morning", 12: "other", 16: "other", 17: "evening", 23: "evening"}
    readings = tuple(pressure(at(1, hour, 59), 130, 80) for hour in hours)
    assert [each.slot for each in pressure_chart(readings, period(7)).points] == list(hours.values())


def test_one_missed_day_is_no_gap_and_days_since_the_last_reading_are() -> None:
    readings = (pressure(at(6, 7), 130, 80), pressure(at(4, 7), 130, 80))
    assert [each.days for each in pressure_chart(readings, period(7)).gaps] == [4]


def test_a_gap_that_began_before_the_chart_says_its_whole_length() -> None:
    readings = (pressure(at(20, 7), 130, 80), pressure(at(0, 7), 130, 80))
    assert [each.days for each in pressure_chart(readings, period(7)).gaps] == [19]


def test_too_many_readings_become_a_bar_a_day_with_the_newest_id() -> None:
    readings = crowd(MOST_POINTS + 1)
    chart = pressure_chart(readings, period(90))
    assert chart.points == ()
    assert sum(each.readings for each in chart.bars) == chart.readings == MOST_POINTS + 1
    assert chart.bars[-1].newest == readings[-1].id


def test_a_change_is_against_the_two_weeks_before() -> None:
    before = [pressure(at(ago, hour), 130, 80) for ago in range(22, 6, -1) for hour in (7, 20)]
    after = [pressure(at(ago, hour), 140, 86) for ago in range(6, -1, -1) for hour in (6, 7)]
    assert figures((*before, *after), period(30)).change == Pressure(10, 6)
