"""What a resident is found by: parts of the name, its initials, the tail of a telephone number. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Final, Literal

from pypinyin import Style, pinyin

Kind = Literal["name", "initials", "phone", "file"]

_SPELLINGS: Final = 16
"""Of one name: 单, 曾, 仇 are read in several ways, and who searches knows one of them."""
_FEWEST_DIGITS: Final = 3
_LONGEST: Final = 40
_APART: Final = re.compile(r"[\s·.'\-]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A beginning to look for, among the terms of one kind."""

    kind: Kind
    begins: str


def plain(words: str) -> str:
    """Full-width, capitals, spaces and the dot in foreign names make no difference. What PostgreSQL cannot
    store, NUL and half a surrogate pair, is in no name."""
    said = "".join(sign for sign in words if unicodedata.category(sign) not in {"Cc", "Cs"})
    return _APART.sub("", unicodedata.normalize("NFKC", said)).casefold()[:_LONGEST]


def terms(name: str, phone: str | None, file_number: str) -> frozenset[tuple[Kind, str]]:
    """Whatever begins with what was typed is found, so each part that may be typed stands as a term."""
    return frozenset({*_of_name(name), *_backwards("phone", phone), *_backwards("file", file_number)})


def _of_name(name: str) -> Iterator[tuple[Kind, str]]:
    whole = plain(name)
    for start in range(len(whole)):
        yield "name", whole[start:]
    for spelling in islice(product(*_letters(whole)), _SPELLINGS):
        yield "initials", "".join(spelling)


def _letters(name: str) -> list[list[str]]:
    """The first letter of each sign, in every reading."""
    read = [pinyin(sign, style=Style.FIRST_LETTER, heteronym=True)[0] for sign in name]
    return [sorted(set(readings) - {""}) or [sign] for sign, readings in zip(name, read, strict=True)]


def _backwards(kind: Kind, number: str | None) -> Iterator[tuple[Kind, str]]:
    """Turned round: its tail, which people know by heart, is then a beginning."""
    digits = re.sub(r"[^0-9]", "", number or "")
    if digits:
        yield kind, digits[::-1]


def asked(words: str) -> tuple[Asked, ...]:
    """What somebody may have meant; nothing where it is too little to look for."""
    text = plain(words)
    if not text:
        return ()
    if text.isascii() and text.isdigit():
        found = (Asked("phone", text[::-1]), Asked("file", text[::-1]))
        return found if len(text) >= _FEWEST_DIGITS else ()
    if text.isascii() and text.isalpha():
        return (Asked("initials", text), Asked("name", text)) if len(text) >= 2 else ()
    return (Asked("name", text),)
