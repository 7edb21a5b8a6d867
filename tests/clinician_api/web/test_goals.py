"""What home readings are aimed at: the nation's goal, over it the region's; alerts follow neither."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from alerts.reading import Pressure
from alerts.rules.pressure import SEVEN_DAYS
from clinician_api.audit.rules import By
from clinician_api.db import Sessions
from clinician_api.identity.models import Institution, Resident
from clinician_api.regions import service as regions
from clinician_api.regions.rules import Targets, home_goal
from clinician_api.regions.schemas import read
from clinician_api.web import goals
from tests.clinician_api.making import NOW
from tests.clinician_api.web.conftest import Alarmed
from tests.clinician_api.web.test_staff import logged_in

STRICTER = """
effective_from = 2026-03-02
[region]
code = "310000"
name = "上海市"
[targets]
home_systolic = 130
home_diastolic = 80
"""


@pytest.fixture
def stricter(care: Sessions, alarmed: Alarmed) -> Alarmed:
    """The clinic lies in a region with a goal of its own."""
    with care.begin() as db:
        region = regions.apply(db, By(), read(STRICTER), now=NOW).region
        place = update(Institution).where(Institution.id == alarmed.clinic.institution)
        db.execute(place.values(region=region))
    return alarmed


def aimed(care: Sessions, resident: UUID) -> Pressure:
    with care() as db:
        return goals.of(db, resident, NOW)


def test_a_stricter_goal_of_the_region_is_for_those_below_80() -> None:
    region = Targets(home_systolic=130, home_diastolic=80)
    assert [home_goal(region, age) for age in (40, 79, 80, 101)] == [(130, 80)] * 2 + [(135, 85)] * 2


def test_the_charts_and_the_count_go_by_the_region_of_whoever_answers(
    client: TestClient, stricter: Alarmed
) -> None:
    desk = logged_in(client, stricter.clinic.doctor)
    pane = desk.get(f"/worklist?episode={stricter.episode}").text
    assert "130/80" in pane
    assert "135/85" not in pane
    mine = logged_in(client, stricter.clinic.own_account).get("/me/readings").text
    assert ("目标 &lt;130" in mine, "目标 &lt;135" in mine) == (True, False)


def test_without_a_region_the_nation_says_what_is_aimed_at(care: Sessions, alarmed: Alarmed) -> None:
    assert aimed(care, alarmed.clinic.resident) == Pressure(135, 85)


def test_who_turned_80_has_the_nations_goal_in_a_stricter_region(care: Sessions, stricter: Alarmed) -> None:
    assert aimed(care, stricter.clinic.resident) == Pressure(130, 80)
    with care.begin() as db:
        who = update(Resident).where(Resident.id == stricter.clinic.resident)
        db.execute(who.values(born=date(1946, 3, 2)))
    assert aimed(care, stricter.clinic.resident) == Pressure(135, 85)


def test_no_goal_moves_a_limit_of_the_rules(care: Sessions, stricter: Alarmed) -> None:
    assert aimed(care, stricter.clinic.resident) != SEVEN_DAYS.threshold
    assert SEVEN_DAYS.threshold == Pressure(135, 85)
