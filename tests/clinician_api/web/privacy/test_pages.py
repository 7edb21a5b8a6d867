"""A resident's pages about their own data, over HTTP: what is shown, and what taking back really ends."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from clinician_api.contracts import service as contracts
from clinician_api.db import Sessions
from tests.clinician_api.making import NOW, Clinic, clinic, enter
from tests.clinician_api.stored import store_reading


@pytest.fixture
def people(care: Sessions) -> Clinic:
    with care.begin() as db:
        return clinic(db)


def agree(client: TestClient, purpose: str, version: str = "1") -> int:
    sent = client.post(f"/me/consents/{purpose}/agree", data={"version": version}, follow_redirects=False)
    return sent.status_code


def shown_consents(client: TestClient) -> dict[str, str]:
    """Purpose and id of what the page offers to take back."""
    html = client.get("/me/consents").text
    return dict(re.findall(r'/me/consents/(\w+)/take-back">.*?name="consent" value="([0-9a-f-]+)"', html))


def test_care_taken_back_ends_sight_and_contract_and_the_page_said_so(
    client: TestClient, care: Sessions, people: Clinic
) -> None:
    enter(client, people.own_account)
    assert agree(client, "care") == 303
    assert "签约解除" in client.get("/me/consents").text
    enter(client, people.doctor)
    assert client.get(f"/residents/{people.resident}").status_code == 200
    enter(client, people.own_account)
    held = shown_consents(client)["care"]
    client.post("/me/consents/care/take-back", data={"consent": held})
    enter(client, people.doctor)
    assert client.get(f"/residents/{people.resident}").status_code == 404
    assert client.get("/api/v1/residents").json() == []
    with care() as db:
        assert contracts.responsible(db, people.resident, NOW).kind == "duty_desk"


def test_an_old_text_a_decision_of_another_page_and_a_forged_one_change_nothing(
    client: TestClient, people: Clinic
) -> None:
    enter(client, people.own_account)
    assert agree(client, "monitoring", "2") == 409
    assert agree(client, "wishes") == 422
    assert agree(client, "monitoring") == 303
    stale = client.post("/me/consents/monitoring/take-back", data={"consent": str(uuid4())})
    assert stale.status_code == 409
    assert "重新打开页面" in stale.text
    assert list(shown_consents(client)) == ["monitoring"]


def test_who_looked_is_said_in_plain_words_by_name(client: TestClient, people: Clinic) -> None:
    enter(client, people.doctor)
    client.get(f"/residents/{people.resident}")
    enter(client, people.own_account)
    html = client.get("/me/looks").text
    assert "李医生" in html
    assert "看了您的测量和提醒" in html
    assert client.get("/me/looks?days=31").status_code == 422


def test_values_after_the_team_may_no_longer_look_are_not_drawn(
    client: TestClient, care: Sessions, people: Clinic
) -> None:
    with care.begin() as db:
        store_reading(db, people.resident, NOW)
    enter(client, people.own_account)
    agree(client, "monitoring")
    held = shown_consents(client)["monitoring"]
    enter(client, people.doctor)
    before = client.get(f"/residents/{people.resident}/pane").text
    enter(client, people.own_account)
    client.post("/me/consents/monitoring/take-back", data={"consent": held})
    enter(client, people.doctor)
    after = client.get(f"/residents/{people.resident}/pane").text
    assert ["186" in before, "186" in after] == [True, False]
