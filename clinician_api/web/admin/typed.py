"""A package as somebody typed it: kept word for word until it is one, with what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from clinician_api.packages.rules import MOST_ITEMS, Offer

Fields = Sequence[tuple[str, str]]
"""Names and values of a form, as a browser sends them; a name may stand more than once."""


@dataclass(frozen=True, slots=True)
class TypedItem:
    """`times` and `most` as typed; empty times are as needed, an empty most is without limit."""

    code: str = ""
    name_zh: str = ""
    name_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    promised: str = ""
    most: str = ""
    payers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    population: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not (self.name_zh or self.name_en)


@dataclass(frozen=True, slots=True)
class Typed:
    code: str = ""
    kind: str = "basic"
    name_zh: str = ""
    name_en: str = ""
    about_zh: str = ""
    about_en: str = ""
    population: tuple[str, ...] = ()
    price: str = ""
    waived_for: tuple[str, ...] = ()
    items: tuple[TypedItem, ...] = field(default_factory=lambda: (TypedItem(),))


_LONGEST: Final = 400


def typed(fields: Fields) -> Typed:
    """What a form says, as far as it has names that we know."""
    said: dict[str, list[str]] = {}
    for name, value in fields:
        said.setdefault(name, []).append(value[:_LONGEST])
    numbers = {int(part) for _, part, *_ in (name.split(".") for name in said if _is_of_item(name))}
    return Typed(
        code=_one(said, "code"),
        kind=_one(said, "kind"),
        name_zh=_one(said, "name_zh"),
        name_en=_one(said, "name_en"),
        about_zh=_one(said, "about_zh"),
        about_en=_one(said, "about_en"),
        population=_all(said, "population"),
        price=_one(said, "price"),
        waived_for=_all(said, "waived_for"),
        items=tuple(_item_of(said, f"items.{number}.") for number in sorted(numbers)[:MOST_ITEMS]),
    )


def _is_of_item(name: str) -> bool:
    head, _, rest = name.partition(".")
    number = rest.partition(".")[0]
    return head == "items" and number.isascii() and number.isdecimal() and len(number) <= 4


def _item_of(said: Mapping[str, list[str]], at: str) -> TypedItem:
    return TypedItem(
        code=_one(said, f"{at}code"),
        name_zh=_one(said, f"{at}name_zh"),
        name_en=_one(said, f"{at}name_en"),
        note_zh=_one(said, f"{at}note_zh"),
        note_en=_one(said, f"{at}note_en"),
        promised=_one(said, f"{at}promised"),
        most=_one(said, f"{at}most"),
        payers=_all(said, f"{at}payers"),
        evidence=_all(said, f"{at}evidence"),
        population=_all(said, f"{at}population"),
    )


def _one(said: Mapping[str, list[str]], name: str) -> str:
    return said.get(name, [""])[-1]


def _all(said: Mapping[str, list[str]], name: str) -> tuple[str, ...]:
    return tuple(said.get(name, ()))


def of_offer(offer: Offer) -> Typed:
    """A form filled with what an offer says."""
    return Typed(
        code=offer.code,
        kind=offer.kind,
        name_zh=offer.name.zh,
        name_en=offer.name.en,
        about_zh=offer.about.zh,
        about_en=offer.about.en,
        population=offer.population,
        price=f"{offer.price:.2f}",
        waived_for=offer.waived_for,
        items=tuple(
            TypedItem(
                code=item.code,
                name_zh=item.name.zh,
                name_en=item.name.en,
                note_zh=item.note.zh,
                note_en=item.note.en,
                promised=str(item.promised) if item.promised else "",
                most="" if item.most is None else str(item.most),
                payers=item.payers,
                evidence=item.evidence,
                population=item.population,
            )
            for item in offer.items
        ),
    )


def done(form: Typed, deed: str) -> Typed:
    """What a button of the form asks for besides keeping it: one more item, one less, one further up."""
    what, _, number = deed.partition("-")
    at = int(number) if number.isdecimal() else -1
    items = list(form.items)
    if what == "add" and len(items) < MOST_ITEMS:
        items.append(TypedItem())
    elif what == "remove" and 0 <= at < len(items):
        del items[at]
    elif what == "up" and 0 < at < len(items):
        items[at - 1], items[at] = items[at], items[at - 1]
    return replace(form, items=tuple(items))


def plain(form: Typed) -> dict[str, object]:
    """As the API takes an offer; what cannot be is left for it to refuse. Items nobody filled in are none."""
    kept = [item for item in form.items if not item.is_blank]
    codes = _codes(form.code, kept)
    return {
        "code": form.code,
        "kind": form.kind,
        "name": {"zh": form.name_zh, "en": form.name_en},
        "about": {"zh": form.about_zh, "en": form.about_en},
        "population": list(form.population),
        "price": _amount(form.price),
        "waived_for": list(form.waived_for),
        "items": [_item(item, code) for item, code in zip(kept, codes, strict=True)],
    }


def _item(item: TypedItem, code: str) -> dict[str, object]:
    return {
        "code": code,
        "name": {"zh": item.name_zh, "en": item.name_en},
        "note": {"zh": item.note_zh, "en": item.note_en},
        "promised": item.promised.strip() or 0,
        "most": item.most.strip() or None,
        "unit": "weeks" if item.evidence == ("monitoring_week",) else "times",
        "payers": list(item.payers),
        "evidence": list(item.evidence),
        "population": list(item.population),
    }


def _codes(package: str, items: Sequence[TypedItem]) -> list[str]:
    """An item keeps its code for good, since the ledger knows it by that; a new one gets the next number."""
    taken = {item.code for item in items}
    found = []
    for item in items:
        number = 1
        while not item.code and f"{package}.item_{number}" in taken:
            number += 1
        code = item.code or f"{package}.item_{number}"
        taken.add(code)
        found.append(code)
    return found


def _amount(said: str) -> object:
    try:
        return Decimal(said.strip() or "0")
    except InvalidOperation:
        return said
