"""What an agreement would look like with a new text: of people who do not exist. Stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from clinician_api.agreements import drawing, rules
from clinician_api.agreements.rules import Item, Language, Terms
from clinician_api.agreements.text import Text, fill

_NOBODY: Final = UUID(int=0)
_NAME: Final = "样本 Specimen"
_DIGEST: Final = "0" * 64


def pdf(texts: Mapping[Language, Text], *, at: datetime) -> bytes:
    """Unsigned, without a seal. Chinese comes first: `texts` has it."""
    terms = of(rules.day(at))
    filled = {language: fill(text, rules.values(terms)) for language, text in texts.items()}
    return drawing.pdf(terms, filled, signatures=(), digest=_DIGEST, at=at)


def of(begins: date) -> Terms:
    """A year of a package with two services."""
    items = tuple(Item(_NAME, _NAME, each, "–") for each in ("1", "4"))
    return Terms(
        contract=_NOBODY,
        number="HL-0000-0000000",
        institution=_NAME,
        institution_phone="000 0000 0000",
        team=_NAME,
        team_phone="000 0000 0000",
        doctor=_NAME,
        members=(_NAME,),
        resident=_NAME,
        id_number="******************",
        phone="***********",
        address=_NAME,
        signer=_NAME,
        relation="本人",
        basis="self",
        begins=begins,
        ends=begins + timedelta(days=364),
        items={"zh": items, "en": items},
        payable=Decimal("240.00"),
        waived=Decimal("15.00"),
    )
