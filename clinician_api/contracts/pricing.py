"""What the chosen packages cost the resident, by the catalogue of the day; frozen when both have signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.contracts.models import Contract
from clinician_api.errors import InvalidError
from clinician_api.packages import service as packages
from clinician_api.packages import years
from clinician_api.packages.years import Span


def fee_of(db: Session, row: Contract, chosen: Sequence[UUID], *, today: date) -> Decimal:
    """In yuan, for all days of the contract; only what the institution offers today can be chosen."""
    if not chosen:
        return Decimal()
    offered = {each.id: each for each in packages.offered(db, today, institution=row.institution)}
    if len(set(chosen)) != len(chosen) or not offered.keys() >= set(chosen):
        raise InvalidError("package.not_offered", "packages")
    cut = list(years.parts(row.begins, Span(row.begins, row.ends)))
    prices = (years.price_of(offered[each].offer.price, part, year) for each in chosen for part, year in cut)
    return sum(prices, Decimal())
