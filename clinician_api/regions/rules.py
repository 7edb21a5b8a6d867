"""What holds in a region: national defaults, and over them what each region says for itself. Pure.

The limits that alert (domain 3.5a) are no part of it: no place may set its own. What a region aims at may
be stricter than the mean from which a team is told, never laxer: a page would call good what the worklist
calls high.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Final
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
    """In mmHg: what is aimed at at home below the age of 80, and below what an indicator counts it as
    controlled (domain 00: two targets at once)."""

    home_systolic: int = 135
    home_diastolic: int = 85
    indicator_systolic: int = 140
    indicator_diastolic: int = 90
    indicator_systolic_elderly: int = 150


@dataclass(frozen=True, slots=True)
class Clocks:
    """By when a contract is answered, signed, paid, renewed, and a complaint answered (domain 1.1, 1.7)."""

    answer_reminder_hours: int = 24
    answer_working_days: int = 3
    answer_days: int = 7
    sign_reminder_days: int = 3
    sign_days: int = 14
    pay_days: int = 30
    renewal_days: int = 30
    renewal_reminders: tuple[int, ...] = (30, 15, 7, 1)
    complaint_working_days: int = 2


@dataclass(frozen=True, slots=True)
class RegionRules:
    terms: Terms = Terms()
    capacity: Capacity = Capacity()
    fees: Fees = Fees()
    reserve: Reserve = Reserve()
    targets: Targets = Targets()
    clocks: Clocks = Clocks()


NATIONAL = RegionRules()

WAITING: Final[Mapping[str, str]] = {
    "reserve.contracted": "referrals",
    "reserve.referred": "referrals",
    "targets.indicator_systolic": "kpi",
    "targets.indicator_diastolic": "kpi",
    "targets.indicator_systolic_elderly": "kpi",
}
"""Numbers that are kept, checked and shown, and the room that will go by them. All others are gone by."""

_OLDEST: Final = 80
"""From this age on a stricter goal of the region's is not set for anybody (rule 6)."""


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


@dataclass(frozen=True, slots=True)
class Held:
    """A number as it holds, and the region that says so: None where it is the nation's. `waits_for` is the
    room that will go by it, empty where it is gone by already."""

    place: str
    value: str
    region: UUID | None
    waits_for: str = ""


def home_goal(targets: Targets, age: int) -> tuple[int, int]:
    """Systolic and diastolic in mmHg that a mean of home readings is to stay below."""
    aimed = NATIONAL.targets if age >= _OLDEST else targets
    return aimed.home_systolic, aimed.home_diastolic


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
    yield from _faults_of_clocks(rules.clocks)


def _faults_of_clocks(clocks: Clocks) -> Iterator[str]:
    if clocks.answer_reminder_hours >= 24 * clocks.answer_days:
        yield "clocks.answer_reminder_hours"
    if clocks.answer_working_days > clocks.answer_days:
        yield "clocks.answer_working_days"
    if clocks.sign_reminder_days >= clocks.sign_days:
        yield "clocks.sign_reminder_days"
    if max(clocks.renewal_reminders) > clocks.renewal_days:
        yield "clocks.renewal_reminders"


def changes(before: RegionRules, after: RegionRules) -> tuple[Change, ...]:
    """What would be different, in the order of the file."""
    old = dict(places(before))
    return tuple(Change(place, old[place], value) for place, value in places(after) if old[place] != value)


def places(rules: RegionRules) -> Iterator[tuple[str, str]]:
    """Every number with its place, in the order of the file."""
    for part in fields(RegionRules):
        held = getattr(rules, part.name)
        for each in fields(held):
            yield f"{part.name}.{each.name}", _said(getattr(held, each.name))


def held(layers: Iterable[tuple[UUID, RegionRules]]) -> tuple[Held, ...]:
    """`layers` are the regions and what holds in each, the widest first: a number is from the last one that
    changed it."""
    found = {place: Held(place, value, None, WAITING.get(place, "")) for place, value in places(NATIONAL)}
    for region, rules in layers:
        for place, value in places(rules):
            if found[place].value != value:
                found[place] = replace(found[place], value=value, region=region)
    return tuple(found.values())


def _said(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, tuple) else str(value)
