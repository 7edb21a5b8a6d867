"""What differs between two versions of a text, line by line. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Line:
    kind: Kind
    words: str


def between(before: str, after: str) -> tuple[Line, ...]:
    """Every line of both; what was taken out stands before what came in its place."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for what, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found += (Line("same", each) for each in old[first:last])
        else:
            found += (Line("gone", each) for each in old[first:last])
            found += (Line("new", each) for each in new[begin:end])
    return tuple(found)
