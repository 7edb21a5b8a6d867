"""Draws a chart of home blood pressure. Works nothing out: `pressure` did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from alerts.reading import Pressure
from alerts.rules.pressure import CRITICAL
from clinician_api.web.charts import svg
from clinician_api.web.charts.marks import quality_mark
from clinician_api.web.charts.period import Gap, Period
from clinician_api.web.charts.pressure import Event, MeanPoint, Point, PressureChart
from clinician_api.web.charts.svg import element, joined, number, path, text
from clinician_api.web.words import Words

WIDTH: Final = 860
HEIGHT: Final = 330
LEFT: Final = 44
RIGHT: Final = 760
TOP: Final = 30
BOTTOM: Final = 240
_PULSE_TOP: Final = 256
_PULSE_BOTTOM: Final = 298
LOW: Final = 50
HIGH: Final = 195
_CRITICAL: Final = CRITICAL.threshold.systolic
_GRID: Final = (60, 110, 160)
_STEP: Final = {7: 1, 14: 2, 30: 5, 90: 15}
_LABEL: Final[dict[str, str | float]] = {"font_size": 12.0, "fill": svg.MUTED}


@dataclass(frozen=True, slots=True)
class Scale:
    """Fixed, so that residents compare; extended only where readings exceed it."""

    period: Period
    low: int
    high: int

    def x(self, moment: datetime) -> float:
        return LEFT + max(0.0, min(1.0, self.period.share(moment))) * (RIGHT - LEFT)

    def y(self, value: float) -> float:
        return BOTTOM - (value - self.low) / (self.high - self.low) * (BOTTOM - TOP)


def scale_of(chart: PressureChart) -> Scale:
    values = [
        each for point in chart.points for each in (point.systolic, point.diastolic) if each is not None
    ]
    values += [each for bar in chart.bars for each in (*bar.low, *bar.high)]
    low, high = min([LOW, *values]), max([HIGH, *values])
    return Scale(
        period=chart.period,
        low=LOW if low >= LOW else low // 10 * 10,
        high=HIGH if high <= HIGH else -(-high // 10) * 10,
    )


def draw(chart: PressureChart, words: Words, *, summary: str, name: str = "bp") -> Markup:
    """`name` keeps ids apart where a page has two charts."""
    scale = scale_of(chart)
    parts = [
        element(
            "title", words("Blood pressure at home, last {days} days", days=chart.period.days), id=f"{name}-t"
        ),
        element("desc", summary, id=f"{name}-d"),
        _hatch(name),
        *_goals(chart, scale, words),
        *_axis(chart, scale, words),
        *(_gap(each, scale, words, name) for each in chart.gaps),
        *_events(chart, scale),
        *(_readings(chart, scale, words) if chart.points else _bars(chart, scale)),
        *_means(chart, scale),
        *_severities(chart, scale),
        *_pulses(chart, scale, words),
    ]
    return element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_labelledby=f"{name}-t {name}-d",
        class_="chart",
    )


def _hatch(name: str) -> Markup:
    inside = (
        element("rect", width=7, height=7, fill="#f4f1fa"),
        path("M0 0v7", stroke="#b9aede", stroke_width=2),
    )
    pattern = element(
        "pattern",
        *inside,
        id=f"{name}-h",
        width=7,
        height=7,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return element("defs", pattern)


def _across(y: float, **attributes: str | float) -> Markup:
    return path(f"M{LEFT} {number(y)}H{RIGHT}", fill="none", **attributes)


def _goals(chart: PressureChart, scale: Scale, words: Words) -> list[Markup]:
    """Bands from 25 below each limit, in the colour of their series."""
    systolic, diastolic = chart.target.pressure
    label = words("Own goal <{limit}") if chart.target.is_personal else words("Goal <{limit}")
    found = []
    for limit, tint, colour in (
        (systolic, svg.GOAL_SYSTOLIC, svg.SYSTOLIC),
        (diastolic, svg.GOAL_DIASTOLIC, svg.DIASTOLIC),
    ):
        top, bottom = scale.y(limit), scale.y(limit - 25)
        found += [
            element("rect", x=LEFT, y=top, width=RIGHT - LEFT, height=bottom - top, fill=tint),
            _across(top, stroke=colour, stroke_width=1.4, stroke_dasharray="5 4"),
            text(RIGHT + 8, top + 4, label.format(limit=limit), font_size=12, font_weight=600, fill=colour),
            text(LEFT - 8, top + 4, str(limit), text_anchor="end", **_LABEL),
        ]
    return found


def _axis(chart: PressureChart, scale: Scale, words: Words) -> list[Markup]:
    near = set(chart.target.pressure)
    rows = [each for each in _GRID if all(abs(each - limit) > 8 for limit in near)]
    rows += [each for each in (scale.low, scale.high) if each not in {LOW, HIGH}]
    critical, red = scale.y(_CRITICAL), svg.SEVERITY["critical"]
    return [
        text(LEFT - 8, 18, "mmHg", text_anchor="end", font_size=11, fill=svg.MUTED),
        *(_across(scale.y(each), stroke=svg.LINE) for each in rows),
        *(text(LEFT - 8, scale.y(each) + 4, str(each), text_anchor="end", **_LABEL) for each in rows),
        _across(critical, stroke=red, stroke_dasharray="2 4"),
        text(LEFT - 8, critical + 4, str(_CRITICAL), text_anchor="end", **_LABEL),
        text(
            RIGHT + 8,
            critical + 4,
            words("Critical ≥{limit}", limit=_CRITICAL),
            font_size=12,
            font_weight=600,
            fill=red,
        ),
        *_dates(chart.period, scale, words),
    ]


def _dates(period: Period, scale: Scale, words: Words) -> list[Markup]:
    step = _STEP.get(period.days, max(1, period.days // 6))
    days = [period.today - timedelta(days=each) for each in range(step, period.days, step)]
    middle = timedelta(hours=12)
    found = [
        text(scale.x(period.midnight(day) + middle), 320, f"{day:%m-%d}", text_anchor="middle", **_LABEL)
        for day in reversed(days)
    ]
    today = scale.x(period.midnight(period.today) + middle)
    attributes: dict[str, str | float] = {"font_size": 12.0, "font_weight": 700.0, "fill": svg.INK}
    return [*found, text(today, 320, words("Today"), text_anchor="middle", **attributes)]


def _gap(gap: Gap, scale: Scale, words: Words, name: str) -> Markup:
    left = scale.x(scale.period.midnight(gap.first))
    right = scale.x(scale.period.midnight(gap.last + timedelta(days=1)))
    label = words.many("{n} day not measured", "{n} days not measured", gap.days)
    wide = 12.0 * len(label) if words.language == "zh" else 6.3 * len(label) + 10
    middle = min(max((left + right) / 2, LEFT + wide / 2), RIGHT - wide / 2)
    return joined(
        (
            element(
                "rect",
                x=left,
                y=TOP,
                width=right - left,
                height=BOTTOM - TOP,
                fill=f"url(#{name}-h)",
                opacity=0.8,
            ),
            element(
                "rect",
                x=middle - wide / 2,
                y=TOP + 4,
                width=wide,
                height=19,
                rx=4,
                fill="#fff",
                stroke="#cfc6ea",
            ),
            text(middle, TOP + 17.5, label, text_anchor="middle", font_size=11.5, fill=svg.GAP),
        )
    )


def _readings(chart: PressureChart, scale: Scale, words: Words) -> list[Markup]:
    drawn = [each for each in chart.points if each.systolic is not None and each.diastolic is not None]
    bars = "".join(_span(scale.x(each.at), each.systolic or 0, each.diastolic or 0, scale) for each in drawn)
    return [
        path(bars, stroke="#aab7bf", fill="none") if bars else Markup(),
        _dots(chart.points, scale, is_systolic=True),
        _dots(chart.points, scale, is_systolic=False),
        *(_ring(each, scale) for each in chart.points if _is_critical(each)),
        *(_quality(each, scale, words) for each in chart.points if each.marks),
    ]


def _span(x: float, high: int, low: int, scale: Scale) -> str:
    return f"M{number(x)} {number(scale.y(high))}V{number(scale.y(low))}"


def _is_critical(point: Point) -> bool:
    return Pressure(point.systolic or 0, point.diastolic or 0).reaches(CRITICAL.threshold)


def _ring(point: Point, scale: Scale) -> Markup:
    """Around both numbers, so that the row's severity is found again on the chart."""
    known = [each for each in (point.systolic, point.diastolic) if each is not None]
    x = scale.x(point.at)
    rings = [element("circle", cx=x, cy=scale.y(each), r=7) for each in known]
    return element("g", *rings, fill="none", stroke=svg.SEVERITY["critical"], stroke_width=1.8)


def _dots(points: tuple[Point, ...], scale: Scale, *, is_systolic: bool) -> Markup:
    colour = svg.SYSTOLIC if is_systolic else svg.DIASTOLIC
    dots = [_dot(each, each.systolic if is_systolic else each.diastolic, scale) for each in points]
    return element("g", *dots, fill=colour, stroke=colour, stroke_width=1.7)


def _dot(point: Point, value: int | None, scale: Scale) -> Markup:
    """Filled: morning; hollow: evening; grey: other times; square: clinic; ×: out of means."""
    x, y = scale.x(point.at), scale.y(scale.low if value is None else value)
    if not point.counts:
        return path(f"M{number(x - 3.5)} {number(y - 3.5)}l7 7m0-7l-7 7", fill="none")
    match point.slot:
        case "office":
            return element("rect", x=x - 3.6, y=y - 3.6, width=7.2, height=7.2)
        case "morning":
            return element("circle", cx=x, cy=y, r=3.4)
        case "evening":
            return element("circle", cx=x, cy=y, r=3.4, fill="#fff")
    return element("circle", cx=x, cy=y, r=2.8, fill="#9aa7af")


def _quality(point: Point, scale: Scale, words: Words) -> Markup:
    top = scale.y(scale.low if point.systolic is None else point.systolic)
    x = scale.x(point.at)
    rows = range(len(point.marks))
    return joined(
        quality_mark(mark, x, max(top - 14 - 15 * row, 9), words)
        for row, mark in zip(rows, point.marks, strict=True)
    )


def _bars(chart: PressureChart, scale: Scale) -> list[Markup]:
    found = []
    for which, colour in ((0, svg.SYSTOLIC), (1, svg.DIASTOLIC)):
        spans, dots = [], []
        for bar in chart.bars:
            x = scale.x(chart.period.midnight(bar.day) + timedelta(hours=12))
            spans.append(_span(x, bar.low[which], bar.high[which], scale))
            dots.append(element("circle", cx=x, cy=scale.y(bar.mean[which]), r=2.6))
        found += [
            path("".join(spans), stroke=colour, opacity=0.45, fill="none"),
            element("g", *dots, fill=colour),
        ]
    return found


def _means(chart: PressureChart, scale: Scale) -> list[Markup]:
    return [
        path(
            _trace(stretch, scale, which),
            stroke=colour,
            stroke_width=3,
            fill="none",
            stroke_linejoin="round",
            stroke_linecap="round",
        )
        for stretch in chart.line
        for which, colour in ((0, svg.SYSTOLIC), (1, svg.DIASTOLIC))
    ]


def _trace(stretch: tuple[MeanPoint, ...], scale: Scale, which: int) -> str:
    steps = [f"{number(scale.x(each.at))} {number(scale.y(each.pressure[which]))}" for each in stretch]
    return "M" + "L".join(steps) + ("h.1" if len(steps) == 1 else "")


def _events(chart: PressureChart, scale: Scale) -> list[Markup]:
    told = [each for each in chart.events if each.severity is None]
    return [_event(each, scale, row % 3) for row, each in enumerate(told)]


def _event(event: Event, scale: Scale, row: int) -> Markup:
    x, y = scale.x(event.at), BOTTOM - 24 - 21 * row
    wide = sum(11.5 if ord(each) > 0x2E7F else 6.2 for each in event.text) + 12
    left = x + 4 if x + 4 + wide <= RIGHT else x - 4 - wide
    return joined(
        (
            path(f"M{number(x)} {TOP}V{BOTTOM}", stroke=svg.MUTED, stroke_dasharray="1 3", fill="none"),
            element("rect", x=left, y=y, width=wide, height=19, rx=4, fill="#fff", stroke="#9aa7af"),
            text(left + 6, y + 13.5, event.text, font_size=11.5, fill=svg.INK),
        )
    )


def _severities(chart: PressureChart, scale: Scale) -> list[Markup]:
    found = []
    for each in chart.events:
        if each.severity is not None:
            x = scale.x(each.at)
            colour = svg.SEVERITY[each.severity]
            found.append(path(f"M{number(x)} 20V{BOTTOM}", stroke=colour, opacity=0.55, fill="none"))
            found.append(svg.severity_shape(each.severity, x, 12, 17))
    return found


def _pulses(chart: PressureChart, scale: Scale, words: Words) -> list[Markup]:
    """A strip of its own from 40 to 130 per minute, on the same days."""
    known = [(scale.x(each.at), each.pulse) for each in chart.points if each.pulse is not None]
    dots = "".join(f"M{number(x)} {number(_pulse_y(pulse))}h0" for x, pulse in known)
    strip = [
        element(
            "rect",
            x=LEFT,
            y=_PULSE_TOP,
            width=RIGHT - LEFT,
            height=_PULSE_BOTTOM - _PULSE_TOP,
            fill="#f8fafb",
        ),
        text(LEFT - 8, _PULSE_TOP + 16, words("Pulse"), text_anchor="end", **_LABEL),
    ]
    if not known:
        return strip
    last_x, last = known[-1]
    newest = text(RIGHT + 8, _pulse_y(last) + 4, words("{pulse}/min", pulse=last), **_LABEL)
    ring = element("circle", cx=last_x, cy=_pulse_y(last), r=2.6, fill=svg.INK)
    return [
        *strip,
        path(dots, stroke=svg.MUTED, stroke_width=3.6, stroke_linecap="round", fill="none"),
        ring,
        newest,
    ]


def _pulse_y(pulse: int) -> float:
    share = (min(max(pulse, 40), 130) - 40) / 90
    return _PULSE_BOTTOM - 4 - share * (_PULSE_BOTTOM - _PULSE_TOP - 8)
