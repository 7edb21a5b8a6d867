"""What holds in a region: national defaults, and over them what each region says for itself. Pure.

The limits that alert (domain 3.5a) are no part of it: no place may set its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from uuid import UUID

from clinician_api.packages.rules import Population


@dataclass(frozen=True, slots=True)
class Terms:
    """Of contracts (domain 1.3, 1.7). `elderly_from` is an age in years."""

    shortest_years: int = 1
    longest_years: int = 3
    change_after_months: int = 6
    changes_a_year: int = 1
    elderly_from: int = 65


@dataclass(frozen=True, slots=True)
class Capacity:
    """Residents of a family doctor (国卫基层发〔2018〕35号), and from what per cent a team is warned."""

    per_doctor: int = 2000
    warn_percent: int = 90


@dataclass(frozen=True, slots=True)
class Fees:
    """The personal fee of a contract in yuan a year, and who does not pay it."""

    personal: Decimal = Decimal(0)
    waived_for: tuple[Population, ...] = ()


@dataclass(frozen=True, slots=True)
class Reserve:
    """Per cent of appointments kept for residents with a contract, and for those whom a team refers."""

    contracted: int = 0
    referred: int = 0


@dataclass(frozen=True, slots=True)
class Targets:
    """In mmHg: what is aimed at at home, and below what an indicator counts it as controlled."""

    home_systolic: int = 135
    home_diastolic: int = 85
    indicator_systolic: int = 140
    indicator_diastolic: int = 90
    indicator_systolic_elderly: int = 150


@dataclass(frozen=True, slots=True)
class RegionRules:
    terms: Terms = Terms()
    capacity: Capacity = Capacity()
    fees: Fees = Fees()
    reserve: Reserve = Reserve()
    targets: Targets = Targets()


NATIONAL = RegionRules()


@dataclass(frozen=True, slots=True)
class Change:
    """A number that a file would change: its place, as it is and as it would be."""

    place: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A file as it was put in force."""

    region: UUID
    number: int
    effective_from: date
    sha256: str


def faults(rules: RegionRules) -> Iterator[str]:
    """Places whose numbers do not go together."""
    if rules.terms.shortest_years > rules.terms.longest_years:
        yield "terms.longest_years"
    if rules.reserve.contracted + rules.reserve.referred > 100:
        yield "reserve.referred"
    if rules.targets.home_diastolic >= rules.targets.home_systolic:
        yield "targets.home_diastolic"
    if rules.targets.indicator_diastolic >= rules.targets.indicator_systolic:
        yield "targets.indicator_diastolic"
    if rules.targets.indicator_systolic_elderly < rules.targets.indicator_systolic:
        yield "targets.indicator_systolic_elderly"


def changes(before: RegionRules, after: RegionRules) -> tuple[Change, ...]:
    """What would be different, in the order of the file."""
    found = []
    for part in fields(RegionRules):
        old, new = getattr(before, part.name), getattr(after, part.name)
        for each in fields(old):
            was, is_now = getattr(old, each.name), getattr(new, each.name)
            if was != is_now:
                found.append(Change(f"{part.name}.{each.name}", _said(was), _said(is_now)))
    return tuple(found)


def _said(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
