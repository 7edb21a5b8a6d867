"""When a certificate is to be renewed. Reads no clock and no file."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from gateway.enrolment.held import Held

_EARLIEST: Final = 0.50
_SPREAD: Final = 0.15
"""Of its life: always before two thirds of it, and gateways that joined together not all in one night."""


def renew_at(held: Held, gateway: UUID) -> datetime:
    life = held.not_after - held.not_before
    return held.not_before + life * (_EARLIEST + _SPREAD * (gateway.int % 1000) / 1000)


def is_due(held: Held, gateway: UUID, now: datetime | None) -> bool:
    """Not where nobody knows what time it is: a wrong clock must not make a box ask every hour."""
    return now is not None and now >= renew_at(held, gateway)
