"""Charts that were looked at, as files; run as a module it writes them anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from alerts.reading import Pressure, Reading
from clinician_api.web.charts import glucose_svg, pressure_svg, spark, summary
from clinician_api.web.charts.glucose import glucose_chart
from clinician_api.web.charts.pressure import Event, Target, figures, pressure_chart
from clinician_api.web.charts.spark import Spark
from clinician_api.web.words import Language, words_of
from tests.architecture.tree import ROOT
from tests.clinician_api.web.people import at, fingersticks, glucose, period, pressure, rising

FOLDER: Final = ROOT / "tests" / "clinician_api" / "web" / "charts" / "golden"


def pressures(
    readings: tuple[Reading, ...],
    days: int = 30,
    *,
    language: Language = "zh",
    events: tuple[Event, ...] = (),
    target: Target | None = None,
) -> str:
    words = words_of(language)
    chart = pressure_chart(readings, period(days), events=events, target=target)
    found = figures(readings, period(days), target=target)
    return pressure_svg.draw(chart, words, summary=summary.of_pressure(chart, found, words))


def sticks(readings: tuple[Reading, ...], *, language: Language = "zh") -> str:
    words = words_of(language)
    chart = glucose_chart(readings, period(14))
    return glucose_svg.draw(chart, words, summary=summary.of_glucose(chart, words))


EVENTS: Final = (
    Event(at(13, 9), "自述停药 <b>&"),
    Event(at(5, 8), "", "high"),
    Event(at(0, 7, 20), "", "critical"),
)


def crowd(count: int) -> tuple[Reading, ...]:
    """Far more readings than anybody takes."""
    first = at(89, 1)
    return tuple(
        pressure(first + timedelta(minutes=12 * place), 120 + place % 40, 70 + place % 25)
        for place in range(count)
    )


CASES: Final[Mapping[str, Callable[[], str]]] = {
    "pressure-month": lambda: pressures(rising(), events=EVENTS),
    "pressure-month-en": lambda: pressures(
        rising(), language="en", target=Target(Pressure(145, 85), is_personal=True)
    ),
    "pressure-none": lambda: pressures(()),
    "pressure-one": lambda: pressures((pressure(at(0, 7), 128, 78),), 7),
    "pressure-stale": lambda: pressures((pressure(at(9, 7), 128, 78), pressure(at(9, 20), 130, 79)), 14),
    "pressure-beyond": lambda: pressures((pressure(at(1, 7), 262, 140), pressure(at(0, 6), 88, 28)), 7),
    "pressure-ten-thousand": lambda: pressures(crowd(10_000), 90),
    "glucose-fortnight": lambda: sticks(fingersticks()),
    "glucose-fortnight-en": lambda: sticks(fingersticks(), language="en"),
    "glucose-none": lambda: sticks(()),
    "glucose-edges": lambda: sticks(
        (
            glucose(at(3, 7), None, quality="out_of_range_high"),
            glucose(at(2, 7), None, quality="out_of_range_low"),
            glucose(at(1, 9), "31.0", context="post_meal"),
            glucose(at(0, 3), "1.8"),
        )
    ),
    "spark": lambda: spark.draw(Spark((139, 142, 140, 182), (110, 135)), "critical"),
    "spark-stale": lambda: spark.draw(Spark((136, 134), (110, 135), is_stale=True), "data"),
    "spark-none": lambda: spark.draw(Spark((), (110, 135)), "data"),
}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in CASES.items():
        (FOLDER / f"{name}.svg").write_text(make() + "\n", encoding="utf-8")
