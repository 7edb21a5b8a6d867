"""Text that people type: how long it may be, and no control characters. Escapes nothing: templates do."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

_ALLOWED = {"\n", "\t"}


def no_controls(words: str) -> str:
    """PostgreSQL stores no NUL, and an invisible character can make two names look alike."""
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in _ALLOWED for sign in words):
        raise ValueError("control characters")
    return words


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(no_controls)
]
Paragraph = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(no_controls)
]
