"""Who carries out which order: a table by its kind. Carries out nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gateway.orders.commands import Obey

Able = Callable[[Any, float], bool]
"""Begins an order of its kind and returns at once: whether it could. The second is the seconds left, after
which it must not be begun any more."""

Obedience = Callable[[Obey], bool]


def by_kind(table: Mapping[type, Able]) -> Obedience:
    """An order of a kind that this gateway has nobody for is not carried out."""

    def obey(told: Obey) -> bool:
        able = table.get(type(told.order))
        return able is not None and able(told.order, told.within_s)

    return obey
