"""What an offer costs a resident for some days of a contract. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from clinician_api.packages import rules, years
from clinician_api.packages.rules import Offer, Population
from clinician_api.packages.years import Span


@dataclass(frozen=True, slots=True)
class Cost:
    """In yuan: the price of all the days, and how much of it is not asked for."""

    price: Decimal
    waived: Decimal

    @property
    def due(self) -> Decimal:
        return self.price - self.waived


def cost_of(offer: Offer, cut: Sequence[tuple[Span, Span]], groups: frozenset[Population]) -> Cost:
    """`cut` is the days by years of the contract (`years.parts`)."""
    return fee(offer.price, offer.waived_for, cut, groups)


def fee(
    yearly: Decimal,
    waived_for: Sequence[Population],
    cut: Sequence[tuple[Span, Span]],
    groups: frozenset[Population],
) -> Cost:
    """Whoever is of one of the groups pays nothing of it."""
    price = sum((years.price_of(yearly, part, year) for part, year in cut), Decimal())
    is_waived = bool(waived_for) and rules.is_for(waived_for, groups)
    return Cost(price, price if is_waived else Decimal())
