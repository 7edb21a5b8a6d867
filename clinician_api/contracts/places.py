"""How many residents a team may have, and how many of the places are taken. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PER_DOCTOR: Final = 2000
"""In principle (国卫基层发〔2018〕35号, domain 1.4); an institution may set less for a team."""

_NEARLY: Final = 90
"""Per cent from which on the team is warned."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What was set for a team: without `most` the region's rule holds."""

    most: int | None = None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Places:
    """Of one team. `taken` counts residents who are cared for, have signed, were accepted or have applied."""

    most: int
    taken: int
    is_open: bool = True
    warn_percent: int = _NEARLY

    @property
    def free(self) -> int:
        return max(0, self.most - self.taken) if self.is_open else 0

    @property
    def is_full(self) -> bool:
        return self.free == 0

    @property
    def is_nearly_full(self) -> bool:
        return self.taken * 100 >= self.most * self.warn_percent


def most(doctors: int, own: int | None, *, per_doctor: int = PER_DOCTOR) -> int:
    """A team whose doctors are not entered yet is counted as one doctor's: nobody can sign for it anyway."""
    by_rule = per_doctor * max(1, doctors)
    return by_rule if own is None else min(by_rule, own)
