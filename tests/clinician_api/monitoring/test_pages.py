"""A meter compared on a page: put down once, refused in words, nobody else's."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from clinician_api.db import Sessions
from tests.clinician_api.making import NOW, Clinic, clinic
from tests.clinician_api.monitoring.comparing import agree
from tests.clinician_api.web.test_staff import logged_in, send

TYPED = {
    "meter": "HEM-7322T 20260318841",
    "home_systolic": "138",
    "home_diastolic": "84",
    "clinic_systolic": "136",
    "clinic_diastolic": "86",
    "agrees": "true",
}


@pytest.fixture
def people(care: Sessions) -> Clinic:
    with care.begin() as db:
        found = clinic(db)
        agree(db, found.resident, NOW)
    return found


@pytest.fixture
def nurse(client: TestClient, people: Clinic) -> TestClient:
    return logged_in(client, people.nurse)


def test_a_comparison_is_put_down_and_monitoring_begins(nurse: TestClient, people: Clinic) -> None:
    place = f"/residents/{people.resident}/monitoring"
    page = nurse.get(place).text
    assert "还没有仪器与诊室核对过" in page
    assert send(nurse, page, place, **TYPED).status_code == 303
    after = nurse.get(place).text
    assert "138/84 mmHg" in after
    assert "+2 / -2" in after
    assert "还没有仪器与诊室核对过" not in after
    assert nurse.get(f"/api/v1{place}").json()["lacks"] == []


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"clinic_systolic": "", "clinic_diastolic": ""}, "同一种测量"),
        ({"clinic_glucose": "5.6"}, "同一种测量"),
        ({"home_systolic": "600"}, "不可能是对的"),
    ],
)
def test_numbers_that_are_no_comparison_are_refused_in_words(
    nurse: TestClient, people: Clinic, other: dict[str, str], says: str
) -> None:
    place = f"/residents/{people.resident}/monitoring"
    answer = send(nurse, nurse.get(place).text, place, **TYPED | other)
    assert answer.status_code == 422
    assert says in answer.text


def test_it_is_no_strangers_page(nurse: TestClient, people: Clinic) -> None:
    assert nurse.get(f"/residents/{people.stranger}/monitoring").status_code == 404
