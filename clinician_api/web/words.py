"""The pages' words in zh and en, from gettext catalogues. Rooms deal in codes; words live here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
LOCALES: Final[Mapping[Language, str]] = {"zh": "zh_CN", "en": "en"}
"""Folder of the catalogue, and Babel's name for dates."""

TAGS: Final[Mapping[Language, str]] = {"zh": "zh-CN", "en": "en"}
"""For `lang`: without the region Han glyphs may come out in their Japanese forms."""

_FOLDER: Final = Path(__file__).parent / "locale"


def later(msgid: str) -> str:
    """Marks a word that is looked up where the language is known."""
    return msgid


@dataclass(frozen=True, slots=True)
class Words:
    """One language. A missing entry is its own msgid; the source language leaves all its entries empty."""

    language: Language
    catalogue: Catalog

    def __call__(self, msgid: str, **values: object) -> str:
        message = self.catalogue.get(msgid)
        found = message.string if message is not None else ""
        return _filled(found if isinstance(found, str) and found else msgid, values)

    def many(self, one: str, more: str, n: int, **values: object) -> str:
        message = self.catalogue.get(one)
        forms = message.string if message is not None else ()
        known = tuple(forms) if isinstance(forms, (tuple, list)) and forms and all(forms) else (one, more)
        return _filled(known[0 if n == 1 or len(known) == 1 else 1], values | {"n": n})

    @property
    def tag(self) -> str:
        return TAGS[self.language]

    @property
    def locale(self) -> str:
        return LOCALES[self.language]


def _filled(text: str, values: Mapping[str, object]) -> str:
    return text.format_map(values) if values else text


@cache
def words_of(language: Language) -> Words:
    return Words(language, read(language))


def read(language: Language) -> Catalog:
    name = LOCALES[language]
    path = _FOLDER / name / "LC_MESSAGES" / "care.po"
    with path.open(encoding="utf-8") as file:
        return read_po(file, locale=name)
