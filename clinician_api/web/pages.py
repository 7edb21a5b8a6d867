"""Templates made ready: one environment a language, with the words and filters that templates use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from clinician_api.web import fleet_labels, labels, package_labels, times
from clinician_api.web.charts import (
    glucose_svg,
    pressure_svg,
    spark,
    summary,
    svg,
)
from clinician_api.web.charts.glucose import GlucoseChart
from clinician_api.web.charts.marks import quality_words
from clinician_api.web.charts.period import RANGES
from clinician_api.web.charts.pressure import Figures, PressureChart
from clinician_api.web.views import Frame
from clinician_api.web.words import LANGUAGES, Words, words_of

STATIC: Final = Path(__file__).parent / "static"
_TEMPLATES: Final = Path(__file__).parent / "templates"
STALE_AFTER: Final = timedelta(days=2)
"""A reading older than this is never drawn as current: the gap that a chart hatches."""


def render(template: str, words: Words, *, frame: Frame, **values: object) -> str:
    return _environment(words.language).get_template(template).render(frame=frame, **values)


@cache
def _environment(language: str) -> Environment:
    words = words_of("en" if language == "en" else "zh")
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_globals(words))
    environment.filters.update(_filters(words))
    return environment


def _globals(words: Words) -> dict[str, Any]:
    return {
        "_": words,
        "many": words.many,
        "words": words,
        "languages": LANGUAGES,
        "labels": labels,
        "fleet_labels": fleet_labels,
        "package_labels": package_labels,
        "ranges": RANGES,
        "static": static_address,
        "severity": severity_icon,
        "sparkline": spark.draw,
        "pressure_svg": _pressure(words),
        "glucose_svg": _glucose(words),
        "x_of": _x_of,
        "coverage": lambda chart: summary.coverage(chart, words),
        "is_old": lambda moment, now: now - moment > STALE_AFTER,
        "shape": glucose_svg.shape,
    }


def _filters(words: Words) -> Mapping[str, Callable[..., str]]:
    return {
        "ago": lambda moment, now: times.ago(moment, now, words),
        "due": lambda moment, now: times.due(moment, now, words),
        "when": lambda moment, now: times.when(moment, now, words),
        "clock": times.clock,
        "stamp": times.stamp,
        "day": times.day,
        "long_day": lambda moment: times.long_day(moment, words),
        "full_date": lambda day: times.full_date(day, words),
        "long_date": lambda day: times.long_date(day, words),
        "full_day": lambda moment: times.full_date(times.local(moment).date(), words),
        "part_of_day": lambda moment: times.part_of_day(moment, words),
        "marks": lambda marks: quality_words(marks, words),
        "iso": lambda moment: moment.isoformat(timespec="seconds"),
        "word": lambda code, table: words(table[code]),
        "signed": lambda number: f"+{number}" if number > 0 else str(number),
    }


def _pressure(words: Words) -> Callable[[PressureChart, Figures], Markup]:
    def draw(chart: PressureChart, figures: Figures) -> Markup:
        return pressure_svg.draw(chart, words, summary=summary.of_pressure(chart, figures, words))

    return draw


def _glucose(words: Words) -> Callable[[GlucoseChart], Markup]:
    def draw(chart: GlucoseChart) -> Markup:
        return glucose_svg.draw(chart, words, summary=summary.of_glucose(chart, words))

    return draw


def _x_of(chart: PressureChart | GlucoseChart, moment: datetime) -> str:
    """Where on the drawing a reading stands, for the crosshair."""
    if isinstance(chart, PressureChart):
        return svg.number(pressure_svg.scale_of(chart).x(moment))
    local = chart.period.local(moment)
    return svg.number(glucose_svg.x_of(local.hour * 60 + local.minute))


def severity_icon(code: str, size: int = 20) -> Markup:
    """The word always stands beside it."""
    return svg.element(
        "svg",
        svg.severity_marks(code),
        class_="sev",
        width=size,
        height=size,
        viewBox="0 0 20 20",
        aria_hidden="true",
    )


def static_address(name: str) -> str:
    """Carries a mark of the content, so that browsers may keep a file for good."""
    return f"/static/{name}?v={_mark(name)}"


@cache
def _mark(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
