"""Whether what was promised is being kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from clinician_api.packages.rules import Evidence, Payer, Population, Said, Unit
from clinician_api.packages.years import Span

WARN_WITHIN: Final = timedelta(days=90)
"""Less than half given with so much left of the year: the team is told (domain 1.7)."""

Standing = Literal["kept", "under_way", "behind", "missed", "as_needed", "uncounted"]

_CHRONIC: Final[frozenset[Population]] = frozenset({"everyone", "hypertension", "diabetes"})
COUNTED: Final[Mapping[Evidence, frozenset[Population]]] = {
    "visit": _CHRONIC,
    "video_call": _CHRONIC,
    "phone_call": _CHRONIC,
    "advice": _CHRONIC,
    "monitoring_week": _CHRONIC,
    "meter_check": _CHRONIC,
    "information": frozenset({"everyone"}),
}
"""What is told of today, and whose services it can be: an item that waits for anything else is not counted
yet, and owes nobody anything that could be seen. A room that tells of more adds its line here."""


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a contract in one of its years: `used` counts what was given and covered, `beyond` what was
    given on top of the most that is covered."""

    entitlement: UUID
    contract: UUID
    package: str
    item: str
    name: Said
    span: Span
    promised: int
    most: int | None
    used: int
    beyond: int
    unit: Unit
    payers: tuple[Payer, ...]
    evidence: tuple[Evidence, ...]
    population: tuple[Population, ...]

    @property
    def left(self) -> int | None:
        """Still to be had; None where there is no limit."""
        return None if self.most is None else self.most - self.used

    @property
    def is_counted(self) -> bool:
        """Something that happens today can show it to be given."""
        people = frozenset(self.population)
        return self.used > 0 or any(not people.isdisjoint(COUNTED.get(each, ())) for each in self.evidence)

    def standing(self, on: date) -> Standing:
        if not self.is_counted:
            return "uncounted"
        if self.promised == 0:
            return "as_needed"
        if self.used >= self.promised:
            return "kept"
        if on > self.span.last:
            return "missed"
        return "behind" if is_behind(self.promised, self.used, self.span, on) else "under_way"


@dataclass(frozen=True, slots=True)
class Consumed:
    """An event as it was counted, the n-th of all. The first ones told of are those that are covered; what
    comes after the most of them is beyond."""

    n: int
    entitlement: UUID
    contract: UUID
    item: str
    event_kind: Evidence
    event: UUID
    at: datetime
    is_beyond: bool


@dataclass(frozen=True, slots=True)
class Price:
    """In yuan, for all the days of a package in a contract; of it nothing of `waived` is asked for."""

    version: UUID
    begins: date
    ends: date
    price: Decimal
    waived: Decimal

    @property
    def due(self) -> Decimal:
        return self.price - self.waived


def is_behind(promised: int, used: int, span: Span, on: date) -> bool:
    return used * 2 < promised and span.first <= on <= span.last and span.last - on <= WARN_WITHIN
