"""A calendar month, by which the readings are kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in UTC."""

    year: int
    month: int

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """The month of an aware moment."""
        moment = moment.astimezone(UTC)
        return cls(moment.year, moment.month)

    @classmethod
    def of_day(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `2026-03`. Raises ValueError."""
        return cls.of_day(date.fromisoformat(f"{text}-01"))

    def after(self, months: int) -> Month:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def begin(self) -> str:
        return f"{self.first} 00:00:00+00"

    @property
    def table(self) -> str:
        return f"readings_{self.year:04}_{self.month:02}"

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"
