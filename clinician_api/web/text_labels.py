"""Words about versions of the agreement's text, and for what is wrong with one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinician_api.web.words import later

LANGUAGES: Final[Mapping[str, str]] = {
    "zh": later("Chinese: the text that binds"),
    "en": later("English: a translation"),
}
STANDINGS: Final[Mapping[str, str]] = {
    "current": later("Holds now"),
    "coming": later("From a later day"),
    "past": later("Followed by another"),
}
CODES: Final[dict[str, str]] = {
    "agreement.text.too_long": later("The text is too long."),
    "agreement.text.needs_one": later("Exactly one of these is needed: a title, [items], [signatures]."),
    "agreement.text.stray_dollar": later("A dollar sign stands alone: write $$ for one."),
    "agreement.text.unknown_placeholder": later("Nobody knows what to put for this placeholder."),
    "agreement.text.missing_placeholder": later("Without these nobody could say who agreed to what."),
    "agreement.template_in_the_past": later("The first day must not lie in the past."),
    "agreement.template_changed": later("Somebody has written another version meanwhile."),
    "agreement.of_several": later(
        "Several institutions sign under this text: whoever runs the server writes it."
    ),
    "contract.date": later("That day is not in the calendar."),
}
