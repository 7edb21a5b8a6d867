"""Text that people type: how long it may be, and no control characters. Escapes nothing: templates do."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

_OF_PARAGRAPHS = {"\n", "\r", "\t"}


def one_line(words: str) -> str:
    """PostgreSQL stores neither NUL nor half a surrogate pair; other controls make two names look alike."""
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in words):
        raise ValueError("control characters")
    return words


def lines(words: str) -> str:
    one_line("".join(sign for sign in words if sign not in _OF_PARAGRAPHS))
    return words


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(one_line)
]
Paragraph = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(lines)
]
