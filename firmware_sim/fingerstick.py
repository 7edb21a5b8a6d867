"""Fingerstick glucose of real people, from the data set "Diabetes" (M. Kahn, AIM-94) at UCI, CC BY 4.0.

Reads glucose and nothing else of such a file: insulin, meals and exercise are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import resources

from firmware_sim.encode import Special
from firmware_sim.measured import Sugar

PERSONS = ("data-01", "data-02", "data-40")

_BEFORE_MEAL, _AFTER_MEAL = 1, 2  # codes of Meal in 2A34
# Codes of a blood glucose measurement in the data set's Data-Codes, and what they say about meals.
_MEAL = {
    48: None,
    57: None,
    58: _BEFORE_MEAL,
    59: _AFTER_MEAL,
    60: _BEFORE_MEAL,
    61: _AFTER_MEAL,
    62: _BEFORE_MEAL,
    63: _AFTER_MEAL,
    64: _BEFORE_MEAL,
}
# The display of a meter out of its range, as the data set writes it; status bits of 2A18.
_OUT_OF_RANGE = {
    "0Hi": Sugar(amount=Special.POSITIVE_INFINITY, status=1 << 5),
    "0Lo": Sugar(amount=Special.NEGATIVE_INFINITY, status=1 << 6),
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no measurement although it claims to be one."""

    line: int
    row: str
    reason: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Glucose of one person in mg/dL, oldest first, with what could not be read."""

    sticks: tuple[tuple[datetime, Sugar], ...]
    skipped: tuple[Skipped, ...]

    def ending_at(self, end: datetime) -> PersonRecord:
        """The same record moved by whole days so that it ends within the day before `end`."""
        if not self.sticks:
            return self
        days = (end - self.sticks[-1][0]).days
        moved = tuple((time + timedelta(days=days), sugar) for time, sugar in self.sticks)
        return PersonRecord(moved, self.skipped)


class _MalformedError(ValueError):
    pass


def person(name: str) -> PersonRecord:
    """One of `PERSONS`."""
    return parse(resources.files("firmware_sim").joinpath("records", name).read_text(encoding="ascii"))


def parse(text: str) -> PersonRecord:
    """Rows of date, time, code, value, separated by tabs."""
    sticks: list[tuple[datetime, Sugar]] = []
    skipped: list[Skipped] = []
    for line, row in enumerate(text.splitlines(), start=1):
        try:
            stick = _stick(row)
        except _MalformedError as error:
            skipped.append(Skipped(line, row, str(error)))
        else:
            sticks += [] if stick is None else [stick]
    return PersonRecord(tuple(sorted(sticks, key=lambda stick: stick[0])), tuple(skipped))


def _stick(row: str) -> tuple[datetime, Sugar] | None:
    """None for a row about something else than glucose."""
    fields = row.split("\t")
    if len(fields) != 4:
        raise _MalformedError("not four fields")
    date, time, code, value = fields
    if not re.fullmatch(r"[0-9]+", code):
        raise _MalformedError("no code")
    if int(code) not in _MEAL:
        return None
    return _time(date, time), _sugar(value, meal=_MEAL[int(code)])


def _time(date: str, time: str) -> datetime:
    try:
        return datetime.strptime(f"{date} {time}", "%m-%d-%Y %H:%M")  # noqa: DTZ007  # a meter's clock is naive
    except ValueError as error:
        raise _MalformedError("no such date and time") from error


def _sugar(value: str, *, meal: int | None) -> Sugar:
    if value in _OUT_OF_RANGE:
        return _OUT_OF_RANGE[value]
    if not re.fullmatch(r"[0-9]{1,3}", value):
        raise _MalformedError("no number")
    return Sugar(amount=Decimal(value), meal=meal)
