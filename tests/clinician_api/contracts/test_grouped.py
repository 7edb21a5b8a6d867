"""What a region's terms come to: from which age somebody is elderly, and for how long they sign."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from clinician_api.audit.rules import By
from clinician_api.contracts import grouped, service
from clinician_api.contracts.service import Wish
from clinician_api.db import Sessions
from clinician_api.errors import InvalidError
from clinician_api.identity.models import Institution, Resident
from clinician_api.regions import service as regions
from clinician_api.regions.schemas import read
from tests.clinician_api.making import NOW, Clinic, actor, clinic, make_account, make_resident

TERMS = """
effective_from = 2026-03-02
[region]
code = "310000"
name = "上海市"
[terms]
shortest_years = 2
elderly_from = 60
"""


@pytest.fixture
def there(care: Sessions) -> Clinic:
    with care.begin() as db:
        people = clinic(db)
        region = regions.apply(db, By(), read(TERMS), now=NOW).region
        db.execute(update(Institution).where(Institution.id == people.institution).values(region=region))
        db.execute(update(Resident).values(born=date(1964, 3, 2)))
    return people


def test_whose_region_counts_from_60_is_elderly_at_62(care: Sessions, there: Clinic) -> None:
    with care() as db:
        free = make_resident(db, "李无约")
        db.execute(update(Resident).where(Resident.id == free).values(born=date(1964, 3, 2)))
        at_home = [each.code for each in grouped.on(db, there.resident, NOW)]
        asked_for = [each.code for each in grouped.at(db, free, there.institution, NOW.date())]
        nowhere = [each.code for each in grouped.on(db, free, NOW)]
    assert (at_home, asked_for, nowhere) == (["03"], ["03"], ["10"])


def test_whoever_names_no_term_signs_for_the_shortest_and_no_less_is_taken(
    care: Sessions, there: Clinic
) -> None:
    with care() as db:
        free = make_resident(db, "李无约")
        asker = actor(db, make_account(db, "李无约", resident=free, now=NOW))
        drafted = service.draft(db, asker, Wish(free, there.team), now=NOW)
        assert (drafted.years, drafted.ends) == (2, date(2028, 3, 2))
        with pytest.raises(InvalidError, match=r"contract\.years"):
            service.draft(db, asker, Wish(free, there.team, years=1), now=NOW)
