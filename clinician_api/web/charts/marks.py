"""Signs above a reading that say how far it may be trusted, and their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from clinician_api.web.charts import svg
from clinician_api.web.words import Words, later

MARKS: Final[Mapping[str, str]] = {
    "typed": later("typed by hand"),
    "irregular_pulse": later("irregular pulse"),
    "body_movement": later("moved while measuring"),
    "cuff_loose": later("cuff was loose"),
    "improper_position": later("arm was held wrong"),
    "device_error": later("meter reported an error"),
    "implausible": later("hardly possible value"),
    "out_of_range_high": later("above the meter's range"),
    "out_of_range_low": later("below the meter's range"),
    "control_solution": later("control solution"),
    "ketone": later("ketone"),
    "late": later("arrived later"),
}

_SIGNS: Final[Mapping[str, str]] = {
    "typed": later("sign: typed"),
    "body_movement": later("sign: moved"),
    "cuff_loose": later("sign: cuff"),
    "improper_position": later("sign: position"),
}


def quality_words(marks: tuple[str, ...], words: Words) -> str:
    return words(", ").join(words(MARKS[each]) for each in marks)


def quality_mark(mark: str, x: float, y: float, words: Words) -> Markup:
    """A small box centred on the point."""
    box = svg.element(
        "rect", x=x - 7, y=y - 7, width=14, height=14, rx=3, fill="#fff", stroke=svg.GAP, stroke_width=1.2
    )
    if mark == "irregular_pulse":
        wave = f"M{svg.number(x - 4.5)} {svg.number(y + 0.5)}h2l1.6-3.6 2 6 1.4-2.4h2"
        return svg.joined(
            (box, svg.path(wave, fill="none", stroke=svg.GAP, stroke_width=1.2, stroke_linejoin="round"))
        )
    sign = words(_SIGNS[mark]) if mark in _SIGNS else "!"
    return svg.joined((box, svg.text(x, y + 3.6, sign, text_anchor="middle", font_size=10, fill=svg.GAP)))
