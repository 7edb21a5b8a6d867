"""What holds at an institution and from which region it is, and what a file would change. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.identity import service as identity
from clinician_api.regions import service
from clinician_api.regions.rules import Change

_EXAMPLE: Final = """effective_from = {day}

[region]
code = "{code}"

[terms]
longest_years = 3

[fees]
personal = "15.00"
waived_for = ["elderly"]
"""


@dataclass(frozen=True, slots=True)
class Number:
    """`origin` is the code of the region that says it, empty where it is the nation's."""

    place: str
    value: str
    origin: str
    waits_for: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as it was typed. `seen` stands for the changes that were shown: None before anybody looked.
    `trouble` is a code of what is wrong with it, `where` the place."""

    text: str
    changes: tuple[Change, ...] | None = None
    seen: str = ""
    first_day: date | None = None
    trouble: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class RegionPage:
    code: str
    numbers: tuple[Number, ...]
    draft: Draft


def page(db: Session, institution: UUID, draft: Draft | None, *, today: date) -> RegionPage:
    """The numbers of today. Without a draft there is an example to begin with."""
    region = identity.region_of(db, institution)
    held = service.holding(db, region, today)
    codes = identity.region_codes(db, {each.region for each in held if each.region} | _known(region))
    numbers = tuple(
        Number(each.place, each.value, codes[each.region] if each.region else "", each.waits_for)
        for each in held
    )
    code = codes[region] if region else ""
    return RegionPage(code, numbers, draft or Draft(example(code, today)))


def example(code: str, day: date) -> str:
    return _EXAMPLE.format(code=code, day=day)


def mark(changes: Sequence[Change]) -> str:
    """Of what was shown: another one when something else would change by now."""
    said = repr([(each.place, each.before, each.after) for each in changes])
    return sha256(said.encode()).hexdigest()


def _known(region: UUID | None) -> set[UUID]:
    return set() if region is None else {region}
