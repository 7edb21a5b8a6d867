"""A package as a card, in the very words that an agreement has. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clinician_api.packages import wording
from clinician_api.packages.rules import PackageVersion
from clinician_api.packages.wording import Language, Row, say


@dataclass(frozen=True, slots=True)
class Card:
    """`fingerprint` begins the digest over all that the version says; a draft has none."""

    code: str
    kind: str
    name: str
    about: str
    people: str
    price: str
    waived: str
    rows: tuple[Row, ...]
    number: int
    effective_from: date | None
    fingerprint: str


def cards(versions: Iterable[PackageVersion], language: Language) -> tuple[Card, ...]:
    return tuple(card(each, language) for each in versions)


def card(version: PackageVersion, language: Language) -> Card:
    offer = version.offer
    return Card(
        code=offer.code,
        kind=say(wording.KINDS[offer.kind], language),
        name=say(offer.name, language),
        about=say(offer.about, language),
        people=wording.people(offer.population, language),
        price=wording.price(offer.price, language),
        waived=wording.people(offer.waived_for, language),
        rows=wording.rows([offer], language),
        number=version.number,
        effective_from=version.effective_from,
        fingerprint=(version.fingerprint or "")[:12],
    )
