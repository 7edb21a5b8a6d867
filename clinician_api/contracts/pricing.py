"""What a contract costs: the region's personal fee, and the chosen packages by the catalogue of the day.

Frozen when both have signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.contracts import grouped
from clinician_api.contracts.models import Contract
from clinician_api.errors import InvalidError
from clinician_api.packages import cost, years
from clinician_api.packages import service as packages
from clinician_api.packages.rules import Population, groups_of
from clinician_api.packages.years import Span
from clinician_api.regions import service as regions


def fee_of(db: Session, row: Contract, chosen: Sequence[UUID], *, today: date) -> Decimal:
    """In yuan, for all days of the contract, without what is waived for the resident's groups; only what the
    institution offers today can be chosen."""
    offered = {each.id: each for each in packages.offered(db, today, institution=row.institution)}
    if len(set(chosen)) != len(chosen) or not offered.keys() >= set(chosen):
        raise InvalidError("package.not_offered", "packages")
    cut = list(years.parts(row.begins, Span(row.begins, row.ends)))
    groups = groups_on(db, row, today)
    fees = regions.rules_at(db, row.institution, row.begins).fees
    personal = cost.fee(fees.personal, fees.waived_for, cut, groups)
    costs = [personal, *(cost.cost_of(offered[each].offer, cut, groups) for each in chosen)]
    return sum((each.due for each in costs), Decimal())


def waived_of(db: Session, row: Contract) -> Decimal:
    """What nobody asks of this resident: the fee without anybody's waivers, less the contract's own."""
    offers = [each.offer for each in packages.versions(db, [UUID(each) for each in row.packages])]
    cut = list(years.parts(row.begins, Span(row.begins, row.ends)))
    nobody = groups_of(())
    personal = cost.fee(regions.rules_at(db, row.institution, row.begins).fees.personal, (), cut, nobody)
    whole = personal.price + sum((cost.cost_of(each, cut, nobody).price for each in offers), Decimal())
    return max(Decimal(), whole - row.fee)


def groups_on(db: Session, row: Contract, today: date) -> frozenset[Population]:
    """Of the resident, as packages and fees speak of them."""
    return groups_of(each.code for each in grouped.at(db, row.resident, row.institution, today))
