"""What a team owes next: of its own residents, while they are in sight, until it was given."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from clinician_api.access import service as access
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.db import Sessions
from clinician_api.deliveries import due, service
from clinician_api.packages import service as packages
from clinician_api.packages.plan import Due
from clinician_api.packages.starter import publish_starter
from tests.clinician_api.making import BEGINS, ENDS, NOW, Clinic, actor, clinic
from tests.clinician_api.web.test_staff import logged_in

SECOND = Due(2, 4, date(2025, 12, 1), date(2026, 3, 1))


@pytest.fixture
def people(care: Sessions) -> Clinic:
    with care.begin() as db:
        found = clinic(db)
        offered = publish_starter(db, By(), effective_from=NOW.date(), now=NOW)
        packages.entitle(db, found.contract, offered, BEGINS, ENDS, now=NOW)
        before = datetime.fromisoformat("2025-10-01T09:00:00+08:00")
        service.contacted(db, found.resident, UUID(int=7), "bp_high", "visit", at=before, now=NOW)
    return found


def owed(care: Sessions, account: UUID, now: datetime = NOW) -> dict[str, Due]:
    with care() as db:
        return {each.line.item: each.due for each in due.owed(db, actor(db, account), now=now)}


def test_a_visit_in_the_first_quarter_leaves_the_second_overdue(care: Sessions, people: Clinic) -> None:
    found = owed(care, people.nurse)
    assert found["hypertension.visit"] == SECOND
    assert SECOND.when(NOW.date()) == "overdue"
    assert "hypertension.monitoring" not in found
    assert "hypertension.checkup" not in found


def test_it_goes_when_it_was_given_and_is_back_when_that_was_undone(care: Sessions, people: Clinic) -> None:
    with care.begin() as db:
        for event in (8, 9):
            service.contacted(db, people.resident, UUID(int=event), "bp_high", "visit", at=NOW, now=NOW)
    assert "hypertension.visit" not in owed(care, people.nurse)
    with care.begin() as db:
        service.taken_back(db, UUID(int=9), "visit", now=NOW)
    assert owed(care, people.nurse)["hypertension.visit"].number == 3


def test_nobody_is_listed_to_another_team_or_after_the_contract_or_out_of_sight(
    care: Sessions, people: Clinic
) -> None:
    assert owed(care, people.other_doctor) == {}
    assert owed(care, people.supervisor) == {}
    with care.begin() as db:
        access.bar(db, people.resident, "team", now=NOW)
    assert owed(care, people.nurse) == {}
    with care.begin() as db:
        access.unbar(db, people.resident, "team", now=NOW)
        contracts.end(db, By(), people.contract, why="moved", now=NOW)
    assert owed(care, people.nurse, NOW + timedelta(minutes=1)) == {}


def test_page_and_api_say_the_same(client: TestClient, people: Clinic) -> None:
    nurse = logged_in(client, people.nurse)
    page = nurse.get("/services").text
    assert ("2025-12-01" in page, "第 2 次，共 4 次" in page, "已过期" in page) == (True, True, True)
    told = {each["item"]: each for each in nurse.get("/api/v1/services/due").json()}
    visit = told["hypertension.visit"]
    assert (visit["when"], visit["due"]["until"]) == ("overdue", "2026-03-01")
    ledger = nurse.get(f"/api/v1/residents/{people.resident}/entitlements").json()["lines"]
    assert {each["item"]: each["due"] for each in ledger}["hypertension.visit"] == visit["due"]
