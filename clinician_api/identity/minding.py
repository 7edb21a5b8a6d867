"""Who may sign and act for whom: age, capacity, guardianship, authorisation (Civil Code; PIPL 31). Pure.

An adult with capacity signs alone; whoever acts for one has it in writing. Children and adults without
capacity have a guardian, and nobody else has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from clinician_api.access.rules import Scope
from clinician_api.identity.rules import age

Basis = Literal["guardian", "authorised"]
"""监护 or 委托. Whoever acts for themself, 本人, needs none."""

Relation = Literal[
    "spouse", "parent", "child", "grandparent", "grandchild", "sibling", "other_relative", "helper", "staff"
]
"""What the one who acts is to the one for whom: `parent` is the resident's mother or father. `helper` is a
neighbour or community worker, `staff` works for an institution that signs contracts."""

Fault = Literal[
    "proxy.has_capacity",
    "proxy.no_capacity",
    "proxy.no_guardian",
    "proxy.guardian_is_minor",
    "proxy.earlier_guardians",
    "proxy.evidence_missing",
    "proxy.scope_missing",
    "proxy.ends_before_it_begins",
    "proxy.too_long",
    "proxy.staff_never_sign",
    "proxy.oneself",
]

ZONE: Final = ZoneInfo("Asia/Shanghai")
ADULT: Final = 18
_SPEAKS: Final = 8
"""From here on a child is told and asked, though the guardian signs (Civil Code 19, 20)."""
_CONSENTS: Final = 14
"""Below this personal data always needs a guardian's consent (PIPL 31)."""

# Civil Code 27 and 28: in this order. Of whoever comes later it is said why nobody before them does.
_OF_CHILDREN: Final[tuple[Relation, ...]] = ("parent", "grandparent", "sibling", "other_relative")
_OF_ADULTS: Final[tuple[Relation, ...]] = (
    "spouse",
    "parent",
    "child",
    "grandchild",
    "sibling",
    "other_relative",
)

_EXPLAINED: Final = 4
"""Signs at least: 配偶已故 is an explanation."""

LONGEST: Final = timedelta(days=3 * 366)
"""Of a written authorisation: as long as the longest contract (domain 1.3)."""
_STAFF_LONGEST: Final = timedelta(days=7)
"""Of somebody at work: a visit and what follows from it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Of whom it is asked. `lacks_capacity`: an adult of whom that was established."""

    born: date
    lacks_capacity: bool = False


@dataclass(frozen=True, slots=True)
class Ability:
    """Who signs for a person on a day. `is_told`: a child who is told and asked beside the guardian."""

    signs: Literal["oneself", "guardian"]
    is_told: bool
    guardian_consents: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """An authorisation that is asked for. Evidence is where the paper lies: a file or shelf mark.
    `earlier` is why those do not act who come before a guardian of this relation by law."""

    basis: Basis
    relation: Relation
    scopes: frozenset[Scope]
    since: datetime
    until: datetime | None
    evidence: str
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class Proxy:
    """`account` acts for `resident` from `since` until just before `until`."""

    id: UUID
    resident: UUID
    account: UUID
    relation: Relation
    basis: Basis
    scopes: frozenset[Scope]
    since: datetime
    until: datetime | None
    evidence: str

    def holds(self, now: datetime) -> bool:
        return self.since <= now and (self.until is None or now < self.until)


def ability(person: Person, today: date) -> Ability:
    years = age(person.born, today)
    is_child = years < ADULT
    if not is_child and not person.lacks_capacity:
        return Ability("oneself", is_told=False, guardian_consents=False)
    is_told = is_child and years >= _SPEAKS
    return Ability("guardian", is_told, guardian_consents=not is_child or years < _CONSENTS)


def fault(wanted: Wanted, person: Person, helper: Person | None, *, is_own: bool) -> Fault | None:
    """Why it cannot be granted. `helper` is who would act, where their age is known."""
    return next(_faults(wanted, person, helper, is_own=is_own), None)


def _faults(wanted: Wanted, person: Person, helper: Person | None, *, is_own: bool) -> Iterator[Fault]:
    if is_own:
        yield "proxy.oneself"
    if not wanted.scopes:
        yield "proxy.scope_missing"
    if not wanted.evidence.strip():
        yield "proxy.evidence_missing"
    if wanted.until is not None and wanted.until <= wanted.since:
        yield "proxy.ends_before_it_begins"
    yield from (
        _faults_of_guardian(wanted, person, helper)
        if wanted.basis == "guardian"
        else (_faults_of_authorised(wanted, person))
    )


def _faults_of_guardian(wanted: Wanted, person: Person, helper: Person | None) -> Iterator[Fault]:
    day = wanted.since.astimezone(ZONE).date()
    is_child = age(person.born, day) < ADULT
    if ability(person, day).signs == "oneself":
        yield "proxy.has_capacity"
    order = _OF_CHILDREN if is_child else _OF_ADULTS
    if wanted.relation not in order:
        yield "proxy.no_guardian"
    if wanted.relation != order[0] and len(wanted.earlier.strip()) < _EXPLAINED:
        yield "proxy.earlier_guardians"
    if helper is not None and ability(helper, day).signs != "oneself":
        yield "proxy.guardian_is_minor"


def _faults_of_authorised(wanted: Wanted, person: Person) -> Iterator[Fault]:
    if ability(person, wanted.since.astimezone(ZONE).date()).signs != "oneself":
        yield "proxy.no_capacity"
    longest = _STAFF_LONGEST if wanted.relation == "staff" else LONGEST
    if wanted.until is None or wanted.until - wanted.since > longest:
        yield "proxy.too_long"
    # Party A's own people do not sign for party B.
    if wanted.relation == "staff" and "sign" in wanted.scopes:
        yield "proxy.staff_never_sign"


def ends(wanted: Wanted, person: Person) -> datetime | None:
    """When it is over at the latest: guardianship of a child ends with the eighteenth birthday."""
    day = wanted.since.astimezone(ZONE).date()
    if wanted.basis != "guardian" or age(person.born, day) >= ADULT:
        return wanted.until
    grown = datetime.combine(birthday(person.born, ADULT), time(), ZONE)
    return grown if wanted.until is None else min(wanted.until, grown)


def birthday(born: date, years: int) -> date:
    """Of somebody born on 29 February it is 1 March in other years: the day after that day has passed."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
