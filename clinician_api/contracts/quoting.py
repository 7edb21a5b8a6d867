"""What a contract would cost a resident, before anything is written down: `pricing` comes to the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.contracts import grouped
from clinician_api.packages import cost, years
from clinician_api.packages import service as packages
from clinician_api.packages.cost import Cost
from clinician_api.packages.rules import groups_of
from clinician_api.packages.years import Span
from clinician_api.regions import service as regions


@dataclass(frozen=True, slots=True)
class Quote:
    """In yuan, for all days: the region's personal fee, and each package on offer by its version."""

    personal: Cost
    packages: Mapping[UUID, Cost]

    def due(self, chosen: Iterable[UUID]) -> Decimal:
        """What the resident pays, without what is waived for them."""
        return self.personal.due + sum((self.packages[each].due for each in chosen), Decimal())


def quote(db: Session, resident: UUID, institution: UUID, days: tuple[date, date], *, today: date) -> Quote:
    """For a contract from the first of `days` to the last, with what is on offer today."""
    begins, ends = days
    cut = list(years.parts(begins, Span(begins, ends)))
    groups = groups_of(each.code for each in grouped.at(db, resident, institution, today))
    fees = regions.rules_at(db, institution, begins).fees
    offered = packages.offered(db, today, institution=institution)
    return Quote(
        personal=cost.fee(fees.personal, fees.waived_for, cut, groups),
        packages={each.id: cost.cost_of(each.offer, cut, groups) for each in offered},
    )
