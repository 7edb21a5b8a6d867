"""A contract's years, and what a part of one comes to. Pure.

What is promised is promised for a year of the contract; what is unused goes with that year (domain 1.6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""Whose days count (design.md §4, invariant 7)."""

_DAY: Final = timedelta(days=1)
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the first and the last inside."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def anniversary(begins: date, years: int) -> date:
    """The first day of the year after so many. Of 29 February it is 1 March where there is no such day, so
    that a year from 2024-02-29 ends on 2025-02-28 (domain 1.2)."""
    try:
        return begins.replace(year=begins.year + years)
    except ValueError:
        return date(begins.year + years, 3, 1)


def year_of(begins: date, day: date) -> Span:
    """The year, of those that are counted from `begins`, in which `day` lies."""
    number = day.year - begins.year
    if anniversary(begins, number) > day:
        number -= 1
    return Span(anniversary(begins, number), anniversary(begins, number + 1) - _DAY)


def parts(counted_from: date, span: Span) -> Iterator[tuple[Span, Span]]:
    """`span` cut where a year of the contract ends: each part with the year that it is a part of."""
    first = span.first
    while first <= span.last:
        year = year_of(counted_from, first)
        last = min(year.last, span.last)
        yield Span(first, last), year
        first = last + _DAY


def share(times: int, part: Span, year: Span) -> int:
    """Of what a year promises, for a part of it: rounded up, since nobody can be given half a visit."""
    return -(-times * part.days // year.days)


def price_of(yearly: Decimal, part: Span, year: Span) -> Decimal:
    """In yuan, to the cent, half up."""
    return (yearly * part.days / year.days).quantize(_CENT, ROUND_HALF_UP)


def day_of(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def week_of(begins: date, day: date) -> date:
    """The first day of the week, counted from the contract's first day, in which `day` lies."""
    return day - timedelta(days=(day - begins).days % 7)
