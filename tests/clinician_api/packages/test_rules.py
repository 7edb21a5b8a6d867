"""What an offer may say, which version holds, and which package goes before another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from clinician_api.errors import InvalidError
from clinician_api.packages import rules
from clinician_api.packages.rules import Item, Offer, PackageVersion, Said
from tests.clinician_api.packages.offers import OFFER, VISIT


def made(number: int, effective_from: date | None, *, offer: Offer = OFFER, **place: UUID) -> PackageVersion:
    return PackageVersion(uuid4(), uuid4(), number, offer, effective_from, None, 1, **place)


def of_item(**changed: object) -> Offer:
    return replace(OFFER, items=(replace(VISIT, **changed),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("offer", "field"),
    [
        (replace(OFFER, code="Pressure"), "code"),
        (replace(OFFER, code="a'; drop table care.package; --"), "code"),
        (replace(OFFER, name=Said("高血压", " ")), "name_en"),
        (replace(OFFER, population=()), "population"),
        (replace(OFFER, price=Decimal("-0.01")), "price"),
        (replace(OFFER, price=Decimal("0.005")), "price"),
        (replace(OFFER, price=Decimal("NaN")), "price"),
        (replace(OFFER, price=Decimal("1E+9")), "price"),
        (replace(OFFER, items=()), "items"),
        (replace(OFFER, items=(VISIT, VISIT)), "items"),
        (of_item(code="x y"), "items.0.code"),
        (of_item(name=Said("", "Visit")), "items.0.name_zh"),
        (of_item(promised=-1), "items.0.promised"),
        (of_item(promised=400), "items.0.promised"),
        (of_item(promised=4, most=3), "items.0.most"),
        (of_item(promised=0, most=0), "items.0.most"),
        (of_item(payers=()), "items.0.payers"),
        (of_item(evidence=()), "items.0.evidence"),
        (of_item(unit="weeks"), "items.0.unit"),
        (of_item(evidence=("monitoring_week",)), "items.0.unit"),
    ],
)
def test_an_offer_that_makes_no_sense_is_refused_at_its_place(offer: Offer, field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        rules.checked(offer)
    assert refused.value.field == field


def test_a_price_that_a_float_could_not_hold_is_taken_as_it_is() -> None:
    assert rules.checked(replace(OFFER, price=Decimal("15.10"))).price == Decimal("15.10")


def test_every_word_and_number_of_an_offer_is_in_its_fingerprint() -> None:
    changed = [
        replace(OFFER, price=Decimal("120.01")),
        replace(OFFER, about=Said("", "x")),
        replace(OFFER, waived_for=()),
        of_item(promised=5),
        of_item(most=None),
        of_item(payers=("resident",)),
        of_item(note=Said("注", "")),
    ]
    prints = {rules.fingerprint(each) for each in [OFFER, *changed]}
    assert len(prints) == len(changed) + 1
    assert rules.fingerprint(replace(OFFER, price=Decimal(120))) == rules.fingerprint(OFFER)


def test_the_version_that_began_last_holds_and_a_later_one_waits_for_its_day() -> None:
    first, second = made(1, date(2026, 1, 1)), made(2, date(2026, 7, 1))
    draft, again = made(3, None), made(4, date(2026, 7, 1))
    every = [again, draft, second, first]
    assert rules.in_force(every, date(2025, 12, 31)) is None
    assert rules.in_force(every, date(2026, 6, 30)) == first
    assert rules.in_force(every, date(2026, 7, 1)) == again


def test_an_institutions_own_package_goes_before_its_regions_and_that_before_everybodys() -> None:
    district, city = uuid4(), uuid4()
    everybodys, own = made(1, None), made(1, None, institution=uuid4())
    near, far = made(1, None, region=district), made(1, None, region=city)
    value_added = made(1, None, offer=replace(OFFER, code="a", kind="value_added"))
    around = [district, city]
    assert list(rules.closest([own, value_added, everybodys, near], around)) == [own, value_added]
    assert list(rules.closest([everybodys, far, near], around)) == [near]
    assert list(rules.closest([far, everybodys], around)) == [far]


def test_groups_of_people_are_those_of_packages_and_everybody_is_one_of_all() -> None:
    assert rules.groups_of(["03", "04", "10", "17"]) == {"everyone", "elderly", "hypertension"}


def test_an_item_is_for_those_of_its_groups_and_without_any_for_whoever_has_the_package() -> None:
    assert rules.is_for((), frozenset())
    assert rules.is_for(("everyone",), frozenset())
    assert rules.is_for(("elderly", "diabetes"), frozenset({"diabetes"}))
    assert not rules.is_for(("elderly",), frozenset({"diabetes"}))


def test_an_item_needs_no_note() -> None:
    assert Item("a", Said("甲", "A"), 1, 1, ("resident",), ("visit",)).note == Said("", "")
