"""What is given back of a fee when a contract ends before its last day. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_CENT: Final = Decimal("0.01")
_DAY: Final = timedelta(days=1)


def amount(fee: Decimal, *, begins: date, ends: date, last_served: date | None) -> Decimal:
    """In yuan, to the cent, half up: the fee's share for the days after the last one that was served, and
    all of it where none was."""
    if last_served is None or last_served < begins:
        return fee
    left = max(0, (ends - last_served) // _DAY)
    return (fee * left / ((ends - begins) // _DAY + 1)).quantize(_CENT, ROUND_HALF_UP)
