"""A region's file: looked at first, then in force from its day on, over what the regions above it say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.db import connect
from clinician_api.errors import CareError, InvalidError, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.regions import service
from clinician_api.regions.rules import NATIONAL, Change
from clinician_api.regions.schemas import read
from tests.clinician_api.making import NOW

TODAY = NOW.date()
CITY = """
effective_from = 2026-03-02
[region]
code = "310000"
name = "上海市"
[terms]
longest_years = 2
[fees]
personal = "15.00"
waived_for = ["poor"]
"""
DISTRICT = """
effective_from = 2026-03-10
[region]
code = "310107"
name = "普陀区"
parent = "310000"
[capacity]
per_doctor = 1500
[fees]
personal = "10.00"
"""


@pytest.fixture
def db(module_database_url: str) -> Iterator[Session]:
    engine = connect(module_database_url)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


def put(db: Session, words: str) -> UUID:
    return service.apply(db, By(), read(words), now=NOW).region


def test_the_nearest_region_says_last_and_only_what_it_says(db: Session) -> None:
    put(db, CITY)
    district = put(db, DISTRICT)
    clinic = identity.create_institution(db, "曹杨", phone="021", region=district)
    before = service.rules_at(db, clinic, date(2026, 3, 9))
    assert (before.fees.personal, before.capacity.per_doctor) == (Decimal("15.00"), 2000)
    after = service.rules_at(db, clinic, date(2026, 3, 10))
    assert (after.fees.personal, after.fees.waived_for) == (Decimal("10.00"), ("poor",))
    assert (after.terms.longest_years, after.capacity.per_doctor) == (2, 1500)
    alone = identity.create_institution(db, "真如", phone="021")
    assert service.rules_at(db, alone, TODAY) == NATIONAL


def test_a_dry_run_says_what_would_change_and_changes_nothing(db: Session) -> None:
    put(db, CITY)
    found = service.dry_run(db, read(DISTRICT))
    assert found == (Change("capacity.per_doctor", "2000", "1500"), Change("fees.personal", "15.00", "10.00"))
    assert identity.region_by_code(db, "310107") is None


def test_each_number_that_holds_says_which_region_it_is_from(db: Session) -> None:
    city, district = put(db, CITY), put(db, DISTRICT)
    held = {each.place: each for each in service.holding(db, district, date(2026, 3, 10))}
    said = {place: (held[place].value, held[place].region) for place in held if held[place].region}
    assert said == {
        "terms.longest_years": ("2", city),
        "capacity.per_doctor": ("1500", district),
        "fees.personal": ("10.00", district),
        "fees.waived_for": ("poor", city),
    }
    assert (held["terms.elderly_from"].value, held["reserve.referred"].waits_for) == ("65", "referrals")
    assert {each.region for each in service.holding(db, None, TODAY)} == {None}


def test_the_same_file_twice_is_one_and_a_changed_one_is_the_next(db: Session) -> None:
    first = service.apply(db, By(), read(CITY), now=NOW)
    assert service.apply(db, By(), read(CITY), now=NOW) == first
    second = service.apply(db, By(), read(CITY.replace("15.00", "20.00")), now=NOW)
    assert (first.number, second.number) == (1, 2)
    clinic = identity.create_institution(db, "曹杨", phone="021", region=first.region)
    assert service.rules_at(db, clinic, TODAY).fees.personal == Decimal("20.00")
    with pytest.raises(DBAPIError):
        db.execute(text("update care.region_config set said = '{}'"))


def test_nothing_is_put_in_force_for_yesterday_or_for_a_region_that_nobody_named(db: Session) -> None:
    with pytest.raises(InvalidError, match="effective_in_the_past"):
        service.apply(db, By(), read(CITY), now=NOW + timedelta(days=1))
    with pytest.raises(NotFoundError):
        put(db, DISTRICT)
    with pytest.raises(NotFoundError):
        put(db, CITY.replace('name = "上海市"', ""))


WRONG = {
    "no toml": "region.unreadable",
    CITY.replace("longest_years = 2", "longest_years = 9"): "longest_years",
    CITY.replace("longest_years = 2", "longest_yaers = 2"): "longest_yaers",
    CITY.replace("longest_years = 2", 'longest_years = "2"'): "longest_years",
    CITY.replace("longest_years = 2", "longest_years = true"): "longest_years",
    CITY.replace('"15.00"', '"15.001"'): "personal",
    CITY.replace('"15.00"', '"-1"'): "personal",
    CITY.replace('"poor"', '"rich"'): "waived_for",
    CITY.replace('code = "310000"', 'code = "\'; drop table care.region; --"'): "code",
    CITY.replace("2026-03-02", "2026-02-30"): "region.unreadable",
    CITY + "[targets]\nhome_systolic = 180\n": "home_systolic",
    CITY + "[targets]\nhome_systolic = 136\n": "home_systolic",
    CITY + "[targets]\nhome_diastolic = 86\n": "home_diastolic",
    CITY + "[targets]\ncritical_systolic = 200\n": "critical_systolic",
    CITY + "[reserve]\ncontracted = 70\nreferred = 40\n": "reserve.referred",
    CITY + "[targets]\nindicator_systolic = 160\n": "targets.indicator_systolic_elderly",
    CITY.replace("longest_years = 2", "shortest_years = 4"): "terms.longest_years",
    CITY + "[capacity]\nper_doctor = 2001\n": "per_doctor",
}


def test_a_file_that_cannot_be_is_refused_by_its_place() -> None:
    """No region sets the limits at which everybody is alarmed, and no number is read for another kind."""
    unsaid = [place for words, place in WRONG.items() if place not in refusal(words)]
    assert unsaid == []


def refusal(words: str) -> str:
    try:
        service.checked(read(words))
    except CareError as error:
        return str(error)
    return "nothing was refused"
