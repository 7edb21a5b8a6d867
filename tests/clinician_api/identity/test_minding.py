"""Who signs for whom at which age, who can be a guardian, and when an authorisation ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from clinician_api.access.rules import Scope
from clinician_api.identity import minding
from clinician_api.identity.minding import Ability, Basis, Fault, Person, Relation, Wanted

NOW = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
TODAY = NOW.date()
YEAR = timedelta(days=365)
GROWN, LACKING = Person(date(1950, 1, 1)), Person(date(1950, 1, 1), lacks_capacity=True)
AGES = [
    (Person(date(2018, 3, 3)), Ability("guardian", is_told=False, guardian_consents=True)),
    (Person(date(2018, 3, 2)), Ability("guardian", is_told=True, guardian_consents=True)),
    (Person(date(2012, 3, 3)), Ability("guardian", is_told=True, guardian_consents=True)),
    (Person(date(2012, 3, 2)), Ability("guardian", is_told=True, guardian_consents=False)),
    (Person(date(2008, 3, 3)), Ability("guardian", is_told=True, guardian_consents=False)),
    (Person(date(2008, 3, 2)), Ability("oneself", is_told=False, guardian_consents=False)),
    (GROWN, Ability("oneself", is_told=False, guardian_consents=False)),
    (LACKING, Ability("guardian", is_told=False, guardian_consents=True)),
]
CHILD = Person(date(2016, 5, 4))


@pytest.mark.parametrize(("person", "ability"), AGES)
def test_a_guardian_signs_until_eighteen_and_a_child_is_asked_from_eight(
    person: Person, ability: Ability
) -> None:
    assert minding.ability(person, TODAY) == ability


def wanted(basis: Basis, relation: Relation, *scopes: Scope) -> Wanted:
    held = frozenset(scopes or ("read", "sign"))
    return Wanted(basis, relation, held, since=NOW, until=NOW + YEAR, evidence="柜 3-17")


SIGNS: tuple[Scope, ...] = ("read", "sign")
FAULTS: list[tuple[Wanted, Person, Person | None, Fault | None]] = [
    (wanted("guardian", "parent"), CHILD, GROWN, None),
    (wanted("guardian", "child"), LACKING, GROWN, "proxy.earlier_guardians"),
    (replace(wanted("guardian", "child"), earlier=" 无 "), LACKING, GROWN, "proxy.earlier_guardians"),
    (replace(wanted("guardian", "child"), earlier="配偶已故"), LACKING, GROWN, None),
    (replace(wanted("guardian", "parent"), earlier="配偶病重"), LACKING, GROWN, None),
    (wanted("guardian", "grandparent"), CHILD, GROWN, "proxy.earlier_guardians"),
    (replace(wanted("guardian", "grandparent"), earlier="父母均在外地"), CHILD, GROWN, None),
    (wanted("guardian", "spouse"), LACKING, None, None),
    (wanted("guardian", "child"), GROWN, GROWN, "proxy.has_capacity"),
    (wanted("guardian", "spouse"), CHILD, GROWN, "proxy.no_guardian"),
    (wanted("guardian", "helper"), LACKING, GROWN, "proxy.no_guardian"),
    (wanted("guardian", "staff"), CHILD, GROWN, "proxy.no_guardian"),
    (wanted("guardian", "grandparent"), LACKING, GROWN, "proxy.no_guardian"),
    (
        replace(wanted("guardian", "sibling"), earlier="父母已故"),
        CHILD,
        Person(date(2010, 1, 1)),
        "proxy.guardian_is_minor",
    ),
    (replace(wanted("guardian", "child"), earlier="配偶已故"), LACKING, LACKING, "proxy.guardian_is_minor"),
    (wanted("authorised", "child"), GROWN, GROWN, None),
    (wanted("authorised", "helper"), GROWN, None, None),
    (wanted("authorised", "parent"), CHILD, GROWN, "proxy.no_capacity"),
    (wanted("authorised", "child"), LACKING, GROWN, "proxy.no_capacity"),
    (replace(wanted("authorised", "child"), until=None), GROWN, GROWN, "proxy.too_long"),
    (replace(wanted("authorised", "child"), until=NOW + 4 * YEAR), GROWN, GROWN, "proxy.too_long"),
    (replace(wanted("authorised", "child"), until=NOW), GROWN, GROWN, "proxy.ends_before_it_begins"),
    (replace(wanted("authorised", "child"), evidence=" "), GROWN, GROWN, "proxy.evidence_missing"),
    (replace(wanted("guardian", "parent"), evidence=""), CHILD, GROWN, "proxy.evidence_missing"),
    (replace(wanted("authorised", "child"), scopes=frozenset()), GROWN, GROWN, "proxy.scope_missing"),
    (wanted("authorised", "staff", "read"), GROWN, None, "proxy.too_long"),
    (
        replace(wanted("authorised", "staff", *SIGNS), until=NOW + timedelta(days=7)),
        GROWN,
        None,
        "proxy.staff_never_sign",
    ),
    (replace(wanted("authorised", "staff", "read"), until=NOW + timedelta(days=7)), GROWN, None, None),
]


@pytest.mark.parametrize(("asked", "person", "helper", "fault"), FAULTS, ids=range(len(FAULTS)))
def test_whoever_has_no_right_to_act_is_told_why(
    asked: Wanted, person: Person, helper: Person | None, fault: Fault | None
) -> None:
    assert minding.fault(asked, person, helper, is_own=False) == fault


def test_nobody_is_their_own_proxy() -> None:
    assert minding.fault(wanted("authorised", "child"), GROWN, GROWN, is_own=True) == "proxy.oneself"


def test_guardianship_of_a_child_ends_with_the_eighteenth_birthday_in_shanghai() -> None:
    grown = datetime.fromisoformat("2034-05-04T00:00:00+08:00")
    asked = wanted("guardian", "parent")
    assert minding.ends(replace(asked, until=None), CHILD) == grown
    assert minding.ends(replace(asked, until=grown + YEAR), CHILD) == grown
    assert minding.ends(asked, CHILD) == NOW + YEAR
    assert minding.ends(replace(asked, until=None), LACKING) is None


def test_who_was_born_on_29_february_grows_up_on_1_march() -> None:
    assert minding.birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert minding.birthday(date(2008, 2, 29), 4) == date(2012, 2, 29)
