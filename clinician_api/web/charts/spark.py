"""The small line in a row of the worklist: the last values against the goal. Says nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from markupsafe import Markup

from clinician_api.web.charts import svg

POINTS: Final = 14
_WIDTH: Final = 84
_HEIGHT: Final = 26
_MARGIN: Final = 3.5
_STALE: Final = 22.0
"""Width of the dotted tail that stands for days without a value."""


@dataclass(frozen=True, slots=True)
class Spark:
    """`goal` is from and to; `is_stale` when the last value is no longer current."""

    values: tuple[Decimal | int, ...]
    goal: tuple[Decimal | int, Decimal | int]
    is_stale: bool = False


def draw(spark: Spark, severity: Literal["critical", "high", "watch", "data"]) -> Markup:
    values = [float(each) for each in spark.values[-POINTS:]]
    low, high = (float(each) for each in spark.goal)
    floor, ceiling = min([low, *values]), max([high, *values])
    parts = [*_goal(low, high, floor, ceiling), *_trace(values, floor, ceiling, spark, severity)]
    return svg.element(
        "svg",
        *parts,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        width=_WIDTH,
        height=_HEIGHT,
        class_="spark",
        aria_hidden="true",
    )


def _y(value: float, floor: float, ceiling: float) -> float:
    span = (ceiling - floor) or 1.0
    return _HEIGHT - _MARGIN - (value - floor) / span * (_HEIGHT - 2 * _MARGIN)


def _goal(low: float, high: float, floor: float, ceiling: float) -> list[Markup]:
    top, bottom = _y(high, floor, ceiling), _y(low, floor, ceiling)
    return [svg.element("rect", x=0, y=top, width=_WIDTH, height=bottom - top, fill=svg.GOAL_SYSTOLIC)]


def _trace(
    values: Sequence[float], floor: float, ceiling: float, spark: Spark, severity: str
) -> list[Markup]:
    if not values:
        return [
            svg.path(
                f"M2 {_HEIGHT / 2}H{_WIDTH - 2}",
                stroke=svg.SEVERITY["data"],
                stroke_dasharray="3 4",
                fill="none",
            )
        ]
    right = _WIDTH - 6 - (_STALE if spark.is_stale else 0)
    step = (right - 2) / max(1, len(values) - 1)
    at = [
        (right - (len(values) - 1 - place) * step, _y(value, floor, ceiling))
        for place, value in enumerate(values)
    ]
    x, y = at[-1]
    line = "M" + "L".join(f"{svg.number(left)} {svg.number(top)}" for left, top in at)
    tail = f"M{svg.number(x + 4)} {svg.number(y)}H{_WIDTH - 1}"
    found = [svg.path(line, fill="none", stroke=svg.MUTED, stroke_width=1.6, stroke_linejoin="round")]
    if spark.is_stale:
        found.append(
            svg.path(tail, stroke=svg.SEVERITY["data"], stroke_width=1.6, stroke_dasharray="3 4", fill="none")
        )
    return [*found, svg.element("circle", cx=x, cy=y, r=3.2, fill=svg.SEVERITY[severity])]
