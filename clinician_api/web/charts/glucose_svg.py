"""Draws a chart of fingerstick glucose over the hours of the day. Works nothing out: `glucose` did."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from markupsafe import Markup

from clinician_api.web.charts import svg
from clinician_api.web.charts.glucose import GlucoseChart, Shape, Stick
from clinician_api.web.charts.marks import quality_mark
from clinician_api.web.charts.svg import element, joined, number, path, text
from clinician_api.web.words import Words

WIDTH: Final = 480
HEIGHT: Final = 250
LEFT: Final = 36
RIGHT: Final = 384
TOP: Final = 22
BOTTOM: Final = 216
LOW: Final = Decimal(2)
HIGH: Final = Decimal(17)
# Fasting goal and the rest: the project's screens, charts. Limits of rule 3.
_FASTING: Final = (Decimal("4.4"), Decimal("7.0"))
_OTHERWISE: Final = Decimal("10.0")
_CRITICAL: Final = (Decimal("3.9"), Decimal("16.7"))
_LABEL: Final[dict[str, str | float]] = {"font_size": 11.5, "fill": svg.MUTED}
_INK: Final = "#123f5c"


def y_of(value: Decimal) -> float:
    inside = min(max(value, LOW), HIGH)
    return BOTTOM - float((inside - LOW) / (HIGH - LOW)) * (BOTTOM - TOP)


def draw(chart: GlucoseChart, words: Words, *, summary: str, name: str = "bg") -> Markup:
    parts = [
        element(
            "title",
            words("Fingerstick glucose by time of day, last {days} days", days=chart.period.days),
            id=f"{name}-t",
        ),
        element("desc", summary, id=f"{name}-d"),
        *_goals(words),
        *_axis(),
        *(_stick(each, chart, words, is_newest=each is chart.sticks[-1]) for each in chart.sticks),
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


def _across(value: Decimal, colour: str, dashes: str) -> Markup:
    return path(f"M{LEFT} {number(y_of(value))}H{RIGHT}", stroke=colour, stroke_dasharray=dashes, fill="none")


def _goals(words: Words) -> list[Markup]:
    low, high = _FASTING
    red = svg.SEVERITY["critical"]
    bold: dict[str, str | float] = {"font_size": 11.5, "font_weight": 600.0}
    return [
        element(
            "rect", x=LEFT, y=y_of(high), width=RIGHT - LEFT, height=y_of(low) - y_of(high), fill="#e1f0ec"
        ),
        _across(_OTHERWISE, svg.BRAND, "5 4"),
        _across(_CRITICAL[0], red, "5 4"),
        _across(_CRITICAL[1], red, "2 4"),
        text(
            RIGHT + 6, y_of(_OTHERWISE) + 4, words("Goal <{limit}", limit=_OTHERWISE), fill=svg.BRAND, **bold
        ),
        text(RIGHT + 6, y_of(Decimal("5.7")) - 3, words("Fasting"), fill=svg.BRAND, **bold),
        text(RIGHT + 6, y_of(Decimal("5.7")) + 11, f"{low}–{high}", fill=svg.BRAND, **bold),
        text(
            RIGHT + 6,
            y_of(_CRITICAL[0]) + 8,
            words("Critical ≤{limit}", limit=_CRITICAL[0]),
            fill=red,
            **bold,
        ),
        text(
            RIGHT + 6,
            y_of(_CRITICAL[1]) + 4,
            words("Critical ≥{limit}", limit=_CRITICAL[1]),
            fill=red,
            **bold,
        ),
    ]


def _axis() -> list[Markup]:
    rows = (Decimal("3.9"), Decimal("7.0"), Decimal("10.0"), Decimal("13.0"), Decimal("16.7"))
    hours = range(0, 25, 6)
    return [
        text(LEFT - 6, 12, "mmol/L", font_size=11, fill=svg.MUTED),
        _across(Decimal("13.0"), svg.LINE, ""),
        _across(Decimal("7.0"), "#c4ddd6", ""),
        *(
            text(LEFT - 6, y_of(each) + 4, f"{each.normalize():f}", text_anchor="end", **_LABEL)
            for each in rows
        ),
        *(path(f"M{number(x_of(each * 60))} {BOTTOM}v4", stroke="#9aa7af") for each in hours),
        *(
            text(x_of(each * 60), BOTTOM + 20, f"{each:02}:00", text_anchor="middle", **_LABEL)
            for each in hours
        ),
    ]


def x_of(minute: int) -> float:
    return LEFT + minute / 1440 * (RIGHT - LEFT)


def _stick(stick: Stick, chart: GlucoseChart, words: Words, *, is_newest: bool) -> Markup:
    local = chart.period.local(stick.at)
    x = x_of(local.hour * 60 + local.minute)
    parts = [_point(stick, x), *(quality_mark(each, x, _height(stick) - 15, words) for each in stick.marks)]
    if is_newest and not _is_beyond_edge(stick):
        parts.append(
            element("circle", cx=x, cy=_height(stick), r=8, fill="none", stroke=svg.INK, stroke_width=1.4)
        )
    return joined(parts)


def _height(stick: Stick) -> float:
    """HI and LO stand at the edge, and so does what has no number."""
    if stick.beyond == "HI":
        return TOP
    return BOTTOM if stick.value is None else y_of(stick.value)


def _point(stick: Stick, x: float) -> Markup:
    y = _height(stick)
    if not stick.counts:
        return path(
            f"M{number(x - 3.5)} {number(y - 3.5)}l7 7m0-7l-7 7", fill="none", stroke=_INK, stroke_width=1.6
        )
    if _is_beyond_edge(stick):
        is_high = stick.beyond == "HI" or (stick.value or LOW) > HIGH
        said = ("↑" if is_high else "↓") + (stick.beyond or str(stick.value))
        red = svg.SEVERITY["critical"]
        return text(
            x, y + (4 if is_high else -2), said, text_anchor="middle", font_size=12, font_weight=700, fill=red
        )
    colour = svg.SEVERITY["critical"] if _is_critical(stick) else _INK
    return shape(stick.shape, x, y, colour, is_solid=stick.shape == "triangle" or _is_critical(stick))


def _is_beyond_edge(stick: Stick) -> bool:
    return stick.value is None or not LOW <= stick.value <= HIGH


def _is_critical(stick: Stick) -> bool:
    return stick.value is not None and not _CRITICAL[0] < stick.value < _CRITICAL[1]


def shape(kind: Shape, x: float, y: float, colour: str, *, is_solid: bool) -> Markup:
    fill = colour if is_solid else "#fff"
    match kind:
        case "square":
            return element(
                "rect",
                x=x - 3.6,
                y=y - 3.6,
                width=7.2,
                height=7.2,
                fill=fill,
                stroke=colour,
                stroke_width=1.6,
            )
        case "triangle":
            d = f"M{number(x)} {number(y - 4.6)}l4.6 8h-9.2z"
            return path(d, fill=fill, stroke=colour, stroke_width=1.2, stroke_linejoin="round")
    return element("circle", cx=x, cy=y, r=3.6, fill=fill, stroke=colour, stroke_width=1.6)
