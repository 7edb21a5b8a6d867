"""What the pages of the door show."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Step:
    """A page of one question. `trouble` is the code of why the last answer was refused."""

    title: str
    trouble: str = ""
    retry_minutes: int = 0
    next: str = "/"
    phone: str = ""
    code: str = ""
    among: tuple[tuple[UUID, str], ...] = ()
    secret: str = ""
    square: str = ""
    paper: tuple[str, ...] = ()
    name: str = ""
    action: str = ""
