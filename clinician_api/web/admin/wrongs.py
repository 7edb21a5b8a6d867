"""Where a package's form is wrong, in its own labels. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from clinician_api.web.admin.packages import Wrong
from clinician_api.web.admin.typed import Typed
from clinician_api.web.words import Words, later

_LABELS: Final[Mapping[str, str]] = {
    "code": later("Short code: small letters, digits and _"),
    "name_zh": later("Name in Chinese"),
    "name_en": later("Name in English"),
    "about_zh": later("About it, in Chinese"),
    "about_en": later("About it, in English"),
    "note_zh": later("Note in Chinese"),
    "note_en": later("Note in English"),
    "population": later("For whom"),
    "price": later("Price in yuan a year, two decimals at most"),
    "waived_for": later("Free for"),
    "items": later("At least one service, each once"),
    "promised": later("Promised times a year: a whole number"),
    "most": later("At most: no less than what is promised"),
    "payers": later("Who pays"),
    "evidence": later("What shows that it was given"),
    "unit": later("Weeks with readings count by themselves, with nothing else"),
}


def wrongs(places: Iterable[tuple[str | int, ...]], form: Typed, words: Words) -> tuple[Wrong, ...]:
    """Of places like `("items", 2, "name", "zh")`, each once. Items that nobody filled in were left out."""
    kept = [number for number, item in enumerate(form.items) if not item.is_blank]
    found = dict.fromkeys(_wrong(place, kept, form, words) for place in places)
    return tuple(found)


def place_of(field: str) -> tuple[str | int, ...]:
    """Of a field's name as rules say it."""
    return tuple(int(part) if part.isdecimal() else part for part in field.split("."))


def _wrong(place: tuple[str | int, ...], kept: list[int], form: Typed, words: Words) -> Wrong:
    names = [part for part in place if isinstance(part, str)]
    label = "_".join(name for name in names if name != "items") or "items"
    label = label if label in _LABELS else names[-1] if names[-1] in _LABELS else "items"
    numbers = [part for part in place if isinstance(part, int)]
    if names[:1] != ["items"] or not numbers or numbers[0] >= len(kept):
        return Wrong(words(_LABELS[label]), label)
    at = kept[numbers[0]]
    item = form.items[at]
    name = item.name_zh if words.language == "zh" else item.name_en
    return Wrong(f"{name or at + 1}: {words(_LABELS[label])}", f"items.{at}.{label}")
