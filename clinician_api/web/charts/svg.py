"""SVG as text: elements, numbers and colours. Knows no chart."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from markupsafe import Markup, escape

# As the custom properties of `static/tokens.css`; written out, so that a drawing stands alone in print.
INK: Final = "#14212b"
MUTED: Final = "#51616d"
LINE: Final = "#e3e9ec"
BRAND: Final = "#0b6b63"
SYSTOLIC: Final = BRAND
DIASTOLIC: Final = "#8a5a1c"
GOAL_SYSTOLIC: Final = "#dff0ec"
GOAL_DIASTOLIC: Final = "#f5ead9"
GAP: Final = "#3f2d6e"
SEVERITY: Final = {"critical": "#a3123a", "high": "#9a4a00", "watch": "#1b6ac0", "data": "#3f2d6e"}


def number(value: float) -> str:
    """One decimal, which is a tenth of a pixel."""
    return str(value) if type(value) is int else f"{value:.1f}".removesuffix(".0")


def element(name: str, *inside: str, **attributes: str | float) -> Markup:
    """Attributes lose a trailing underscore (`class_`), and others become hyphens. Everything is escaped."""
    written = "".join(f' {_attribute(key)}="{_value(value)}"' for key, value in attributes.items())
    if not inside:
        return Markup(f"<{name}{written}/>")  # noqa: S704 - escaped above
    return Markup(f"<{name}{written}>{joined(inside)}</{name}>")  # noqa: S704 - escaped above


def joined(parts: Iterable[str]) -> Markup:
    return Markup("".join([part if type(part) is Markup else escape(part) for part in parts]))  # noqa: S704


@cache
def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-") if key != "viewBox" else key


def _value(value: str | float) -> str:
    if not isinstance(value, str):
        return number(value)
    # Most are plain words: a chart has hundreds.
    return value if value.isalnum() else str(escape(value))


def text(x: float, y: float, words: str, **attributes: str | float) -> Markup:
    return element("text", words, x=x, y=y, **attributes)


def path(d: str, **attributes: str | float) -> Markup:
    return element("path", d=d, **attributes)


def severity_shape(severity: str, x: float, y: float, size: float = 16) -> Markup:
    """Centred on the point. Critical alone is solid: shape and word say it without colour."""
    where = f"translate({number(x - size / 2)} {number(y - size / 2)}) scale({number(size / 20)})"
    return element("g", severity_marks(severity), transform=where)


def severity_marks(severity: str) -> Markup:
    """The shape on a field of 20 by 20."""
    return joined(_SHAPES[severity])


def _stroke(severity: str) -> dict[str, str | float]:
    return {
        "stroke": SEVERITY[severity],
        "stroke_width": 2,
        "stroke_linejoin": "round",
        "stroke_linecap": "round",
    }


_SHAPES: Final = {
    "critical": (
        path("M6 1h8l5 5v8l-5 5H6l-5-5V6z", fill=SEVERITY["critical"]),
        path("M10 5v6M10 14.7v.1", stroke="#fff", stroke_width=2.6, stroke_linecap="round"),
    ),
    "high": (
        path("M10 1.6 19 18H1z", fill="#fff1e0", **_stroke("high")),
        path("M10 7.5v4.2M10 14.9v.1", fill="none", **_stroke("high")),
    ),
    "watch": (
        path("M10 1.5 18.5 10 10 18.5 1.5 10z", fill="#fff", **_stroke("watch")),
        element("circle", cx=10, cy=10, r=2.4, fill=SEVERITY["watch"]),
    ),
    "data": (
        element(
            "rect",
            x=2,
            y=2,
            width=16,
            height=16,
            rx=3,
            fill="#fff",
            stroke_dasharray="3.2 2.2",
            **_stroke("data"),
        ),
        path("M5.5 10h2M12.5 10h2", fill="none", **_stroke("data")),
    ),
}
