"""A curve as a picture: SVG by hand, so that the same figures always give the same file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import log10
from statistics import median
from typing import Final

from hearthline.bench.curves import Axis, Curve, Point

_WIDTH, _HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 48, 56
_WHOLE: Final = "#0b6b63"
_RAW: Final = "#71828d"
_INK: Final = "#14212b"
_LINES: Final = "#d5dde1"
_TARGET: Final = 15_000
_STEP: Final = 5_000

_TITLES: Final[dict[Axis, tuple[str, str]]] = {
    "rows": ("Readings stored in a second, by how many are stored already", "readings stored"),
    "batch": ("Readings stored in a second, by the size of a batch", "readings in a batch"),
    "gateways": ("Readings stored in a second, by how many gateways are connected", "gateways connected"),
}


def draw(curve: Curve) -> str:
    """The median of the whole path and of the raw limit at each point, and how far the tries lie apart."""
    title, below = _TITLES[curve.axis]
    top = _ceiling(curve.points)
    places = _places([point.at for point in curve.points])
    parts = [
        *_frame(title, below, curve.day),
        *_levels(top),
        *(_text(x, _HEIGHT - _BOTTOM + 18, _short(p.at)) for x, p in zip(places, curve.points, strict=True)),
        *_line(places, [point.raw for point in curve.points], top, _RAW),
        *_line(places, [point.whole for point in curve.points], top, _WHOLE),
        *_names(places[-1], curve.points[-1], top),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _ceiling(points: Iterable[Point]) -> int:
    highest = max(max(*point.raw, *point.whole) for point in points)
    return -(-highest // _STEP) * _STEP


def _places(values: Sequence[int]) -> list[float]:
    """Evenly by powers, for each axis grows by multiples; nought stands at the left end by itself."""
    powers = [log10(value) for value in values if value]
    low, high = min(powers), max(powers)
    if values[0] == 0:
        low -= (high - low) / 3
    span = _WIDTH - _LEFT - _RIGHT - 48
    return [_LEFT + 24 + span * (((log10(value) if value else low) - low) / (high - low)) for value in values]


def _height(value: float, top: int) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / top


def _frame(title: str, below: str, day: str) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' font-family="sans-serif" font-size="12" fill="{_INK}">'
    )
    yield f"<title>{title}</title>"
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
    yield f'<text x="{_LEFT}" y="24" font-size="14" font-weight="bold">{title}</text>'
    yield _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 14, f"{below} · 2 cores, {day}")


def _levels(top: int) -> Iterator[str]:
    for level in range(0, top + 1, _STEP):
        y = _height(level, top)
        dash = ' stroke-dasharray="5 4"' if level == _TARGET else ""
        ink = "#9a4a00" if level == _TARGET else _LINES
        yield f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="{ink}"{dash}/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_short(level)}</text>'


def _line(places: Sequence[float], tries: Sequence[Sequence[int]], top: int, ink: str) -> Iterator[str]:
    heights = [_height(median(each), top) for each in tries]
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(places, heights, strict=True))
    yield f'<polyline points="{steps}" fill="none" stroke="{ink}" stroke-width="2"/>'
    for x, y, each in zip(places, heights, tries, strict=True):
        low, high = _height(min(each), top), _height(max(each), top)
        yield f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{ink}"/>'
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{ink}"/>'


def _names(x: float, last: Point, top: int) -> Iterator[str]:
    """Above everything and below everything: neither stands on the other's line."""
    above = _height(max(last.raw), top) - 8
    below = _height(min(last.whole), top) + 18
    for y, ink, name in ((above, _RAW, "raw limit"), (below, _WHOLE, "whole path")):
        yield (
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="end" fill="{ink}" font-weight="bold">{name}</text>'
        )


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{words}</text>'


def _short(number: int) -> str:
    """1 460 000 as 1.5 M."""
    if number >= 1_000_000:
        return f"{number / 1_000_000:.3g} M"
    return f"{number:,}".replace(",", " ")
