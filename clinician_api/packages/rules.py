"""What a package offers, when a version holds, and what an offer may say. Pure: looks nothing up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID

from clinician_api.errors import InvalidError

Kind = Literal["basic", "personal", "value_added"]
"""基础包, 个性包, 增值包 (domain 1.6)."""

Payer = Literal["public_health", "insurance", "hospital", "resident"]
Population = Literal[
    "everyone",
    "elderly",
    "hypertension",
    "diabetes",
    "copd",
    "pregnant",
    "child",
    "tuberculosis",
    "mental",
    "disabled",
    "poor",
    "family_planning",
]
"""Whom it is for, by the groups of domain 1.5; `poor` is 低保, 特困 and 脱贫人口 together."""

GROUPS: Final[Mapping[str, Population]] = {
    "01": "pregnant",
    "02": "child",
    "03": "elderly",
    "04": "hypertension",
    "05": "diabetes",
    "06": "mental",
    "07": "tuberculosis",
    "08": "disabled",
    "09": "family_planning",
    "11": "poor",
    "13": "poor",
    "18": "family_planning",
    "19": "poor",
    "22": "copd",
}
"""By the codes of people's groups; those that are missing here have no package of their own."""

Unit = Literal["times", "weeks"]
Evidence = Literal[
    "visit",
    "home_visit",
    "video_call",
    "phone_call",
    "advice",
    "monitoring_week",
    "meter_check",
    "information",
    "record_kept",
    "assessment",
    "education",
    "checkup",
    "lab_result",
    "examination",
    "medication_review",
    "referral",
    "appointment",
    "prescription",
    "equipment",
    "medicine_delivery",
    "treatment",
    "specialist",
]
"""The kinds of event that show an item to be given. `visit` is face to face: a call is none."""

MOST_ITEMS: Final = 40
MOST_TIMES: Final = 366
HIGHEST_PRICE: Final = Decimal(100_000)
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?")


@dataclass(frozen=True, slots=True)
class Said:
    """The same in both languages of the pages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Item:
    """A service of a package. In a contract's year it is `promised` so many times and counts at most `most`
    times; nought promised is as needed, and without `most` there is no limit. Without `population` it is for
    whoever has the package."""

    code: str
    name: Said
    promised: int
    most: int | None
    payers: tuple[Payer, ...]
    evidence: tuple[Evidence, ...]
    unit: Unit = "times"
    population: tuple[Population, ...] = ()
    note: Said = Said("", "")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a version of a package says. `price` in yuan a year, nothing for those of `waived_for`."""

    code: str
    kind: Kind
    name: Said
    about: Said
    population: tuple[Population, ...]
    price: Decimal
    waived_for: tuple[Population, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class PackageVersion:
    """A version as it stands. Once it is published nothing of it changes; a draft has no `effective_from`
    and no `fingerprint`, and `edition` counts its changes. Without region and institution it is everybody's.
    """

    id: UUID
    package: UUID
    number: int
    offer: Offer
    effective_from: date | None
    fingerprint: str | None
    edition: int
    region: UUID | None = None
    institution: UUID | None = None

    @property
    def is_published(self) -> bool:
        return self.effective_from is not None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A package with its versions, the newest first. `current` is what is offered today, `coming` what was
    published for a later day."""

    package: UUID
    versions: tuple[PackageVersion, ...]
    current: PackageVersion | None
    coming: PackageVersion | None
    draft: PackageVersion | None
    retired_from: date | None
    is_own: bool

    @property
    def newest(self) -> PackageVersion:
        return self.versions[0]


def checked(offer: Offer) -> Offer:
    """Raises InvalidError with the field that is wrong; of an item it is `items.N.field`."""
    _check_code(offer.code, "code")
    _check_said(offer.name, "name")
    _check(bool(offer.population), "population")
    _check(_is_money(offer.price), "price")
    _check(0 < len(offer.items) <= MOST_ITEMS, "items")
    for number, item in enumerate(offer.items):
        _check_item(item, f"items.{number}.")
    _check(len({item.code for item in offer.items}) == len(offer.items), "items", "package.item_twice")
    return offer


def _check_item(item: Item, at: str) -> None:
    _check_code(item.code, f"{at}code")
    _check_said(item.name, f"{at}name")
    _check(0 <= item.promised <= MOST_TIMES, f"{at}promised")
    most = item.promised if item.most is None else item.most
    _check(item.promised <= most <= MOST_TIMES and most >= (item.most is not None), f"{at}most")
    _check(bool(item.payers), f"{at}payers")
    _check(bool(item.evidence), f"{at}evidence")
    _check((item.unit == "weeks") == (item.evidence == ("monitoring_week",)), f"{at}unit")


def _check_code(code: str, field: str) -> None:
    _check(_CODE.fullmatch(code) is not None, field)


def _check_said(said: Said, field: str) -> None:
    _check(bool(said.zh.strip()), f"{field}_zh")
    _check(bool(said.en.strip()), f"{field}_en")


def _is_money(amount: Decimal) -> bool:
    return amount.is_finite() and 0 <= amount <= HIGHEST_PRICE and amount == round(amount, 2)


def _check(holds: object, field: str, code: str = "package.invalid") -> None:
    if not holds:
        raise InvalidError(code, field)


def fingerprint(offer: Offer) -> str:
    """SHA-256 over all that it says: what a visitor read and what was signed have the same, or differ."""
    plain = asdict(offer) | {"price": f"{offer.price:.2f}"}
    return sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def in_force(versions: Sequence[PackageVersion], on: date) -> PackageVersion | None:
    """Of one package: the published version that began last. Of two that begin together, the later one."""
    begun = [each for each in versions if each.effective_from is not None and each.effective_from <= on]
    return max(begun, key=lambda each: (each.effective_from, each.number), default=None)


def closest(versions: Sequence[PackageVersion], regions: Sequence[UUID] = ()) -> Iterator[PackageVersion]:
    """Of packages with one code the closest alone, in the order in which a catalogue shows them. `regions`
    are those that the institution lies in, the nearest first."""
    by_code: dict[str, PackageVersion] = {}
    for each in sorted(versions, key=lambda each: _distance(each, regions), reverse=True):
        by_code[each.offer.code] = each
    order: tuple[Kind, ...] = ("basic", "personal", "value_added")
    yield from sorted(by_code.values(), key=lambda each: (order.index(each.offer.kind), each.offer.code))


def groups_of(codes: Iterable[str]) -> frozenset[Population]:
    """Of a resident, by the codes of their groups; everybody is one of all."""
    found: set[Population] = {GROUPS[code] for code in codes if code in GROUPS}
    return frozenset(found | {"everyone"})


def _distance(version: PackageVersion, regions: Sequence[UUID]) -> int:
    """An institution's own package goes before its region's, and that before everybody's."""
    if version.institution is not None:
        return 0
    if version.region is None:
        return len(regions) + 2
    return 1 + (regions.index(version.region) if version.region in regions else len(regions))


def is_for(population: Sequence[Population], groups: frozenset[Population]) -> bool:
    return not population or "everyone" in population or not groups.isdisjoint(population)
