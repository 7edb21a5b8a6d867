"""Priority groups of residents (重点人群, domain 1.5): which are computed and which stated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from clinician_api.identity.minding import birthday

Code = Literal[
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11",
    "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22",
]  # fmt: skip
By = Literal["age", "register", "stated", "none"]
"""What a group follows from: the day of birth, a register of diseases or pregnancies, somebody's word with a
paper, or that there is no other."""

AGED: Final[frozenset[Code]] = frozenset({"02", "03"})
REGISTERED: Final[frozenset[Code]] = frozenset({"01", "04", "05", "06", "07", "16", "20", "22"})
GENERAL: Final[Code] = "10"
STATED: Final[frozenset[Code]] = frozenset({"08", "09", "11", "12", "13", "14", "15", "17", "18", "19", "21"})
MINIMUM: Final[frozenset[Code]] = frozenset(
    {"01", "02", "03", "04", "05", "06", "07", "08", "09", "13", "22"}
)
"""Of which coverage is reported nationally (★)."""

_CHILD: Final = 7
"""0–6 years: until the seventh birthday."""
ELDERLY: Final = 65
"""The national service counts from 65; some places from 60, by their own configuration."""


@dataclass(frozen=True, slots=True)
class Group:
    """From `since` until just before `until`, both days."""

    code: Code
    by: By
    since: date | None
    until: date | None

    def holds(self, today: date) -> bool:
        return (self.since is None or self.since <= today) and (self.until is None or today < self.until)


def aged(born: date, elderly: int = ELDERLY) -> tuple[Group, Group]:
    """What follows from the day of birth alone."""
    return (
        Group("02", "age", born, birthday(born, _CHILD)),
        Group("03", "age", birthday(born, elderly), None),
    )


def on(born: date, kept: Iterable[Group], today: date, *, elderly: int = ELDERLY) -> Sequence[Group]:
    """A person's groups on a day, each code once; `10` where there is no other."""
    held = [each for each in (*aged(born, elderly), *kept) if each.holds(today)]
    found = {each.code: each for each in sorted(held, key=lambda each: each.code)}
    return list(found.values()) or [Group(GENERAL, "none", None, None)]


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody states: a paper, or the id of an entry in a register, is its evidence."""

    code: Code
    by: Literal["register", "stated"]
    evidence: str
    since: date

    @property
    def is_fitting(self) -> bool:
        """What is computed is never typed."""
        return self.code in (STATED if self.by == "stated" else REGISTERED)
