"""What people and programs send that they should not: refused in one shape, written down, nothing leaked."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from clinician_api.audit.models import AuditEntry
from clinician_api.db import Sessions
from tests.clinician_api.making import ORIGIN, Clinic, clinic, enter, hold, make_contract, make_resident

HOSTILE = "<script>alert(1)</script>{{7*7}}{% debug %}'; drop table care.resident; --"


@pytest.fixture
def there(care: Sessions) -> Clinic:
    with care.begin() as db:
        return clinic(db)


@pytest.fixture
def doctor(client: TestClient, there: Clinic) -> TestClient:
    enter(client, there.doctor)
    return client


def last_refusal(care: Sessions) -> AuditEntry:
    refused = select(AuditEntry).where(AuditEntry.outcome == "refused").order_by(AuditEntry.seq.desc())
    with care() as db:
        entry = db.scalars(refused).first()
    assert entry is not None
    return entry


def reads(care: Sessions, resident: UUID) -> list[tuple[UUID | None, str | None]]:
    of_resident = select(AuditEntry).where(
        AuditEntry.resident == resident, AuditEntry.action == "resident.read"
    )
    with care() as db:
        return [(entry.account, entry.purpose) for entry in db.scalars(of_resident)]


def said(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_read_is_written_down_with_who_and_what_for(
    doctor: TestClient, care: Sessions, there: Clinic
) -> None:
    assert doctor.get(f"/api/v1/residents/{there.resident}").json()["phone"] == "138****5678"
    assert reads(care, there.resident) == [(there.doctor, "card")]


def test_a_list_is_a_read_of_everybody_in_it(doctor: TestClient, care: Sessions, there: Clinic) -> None:
    assert [each["id"] for each in doctor.get("/api/v1/residents").json()] == [str(there.resident)]
    assert reads(care, there.resident) == [(there.doctor, "list")]
    assert reads(care, there.stranger) == []


def test_a_resident_of_another_team_looks_like_none_at_all(
    doctor: TestClient, care: Sessions, there: Clinic
) -> None:
    strange = doctor.get(f"/api/v1/residents/{there.stranger}")
    absent = doctor.get(f"/api/v1/residents/{uuid4()}")
    assert said(strange) == said(absent) == (404, "resident.unknown")
    assert strange.json().keys() == absent.json().keys()
    assert "陈建国" not in strange.text


def test_who_reached_for_another_teams_resident_is_written_down(
    doctor: TestClient, care: Sessions, there: Clinic
) -> None:
    answer = doctor.get(f"/api/v1/residents/{there.stranger}")
    entry = last_refusal(care)
    assert (entry.action, entry.account, entry.resident) == (
        "resident.unknown",
        there.doctor,
        there.stranger,
    )
    assert entry.facts == {
        "incident": answer.json()["incident"],
        "method": "GET",
        "route": "/residents/{resident}",
        "field": None,
        "address": "testclient",
    }


def test_a_resident_sees_themself_and_nobody_else(client: TestClient, there: Clinic) -> None:
    enter(client, there.own_account)
    assert client.get(f"/api/v1/residents/{there.resident}").status_code == 200
    assert client.get(f"/api/v1/residents/{there.stranger}").status_code == 404


def test_an_id_that_is_none_is_refused_by_name_and_not_repeated(doctor: TestClient) -> None:
    answer = doctor.get(f"/api/v1/residents/{HOSTILE.replace('/', '')}")
    assert said(answer) == (422, "request.invalid")
    assert answer.json()["field"] == "resident"
    assert "script" not in answer.text


def test_a_change_without_the_pages_token_is_stale(doctor: TestClient, care: Sessions, there: Clinic) -> None:
    del doctor.headers["X-CSRF-Token"]
    assert said(doctor.patch("/api/v1/me", json={"language": "en"})) == (403, "form.stale")
    assert (last_refusal(care).action, last_refusal(care).account) == ("form.stale", there.doctor)
    assert doctor.get("/api/v1/me").json()["language"] == "zh"


def test_a_form_from_before_one_logged_in_again_is_stale(doctor: TestClient, there: Clinic) -> None:
    old = doctor.headers["X-CSRF-Token"]
    enter(doctor, there.doctor)
    doctor.headers["X-CSRF-Token"] = old
    assert said(doctor.patch("/api/v1/me", json={"language": "en"})) == (403, "form.stale")


@pytest.mark.parametrize(
    "header",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=str,
)
def test_what_another_site_sends_is_refused(doctor: TestClient, header: dict[str, str]) -> None:
    answer = doctor.patch("/api/v1/me", json={"language": "en"}, headers=header)
    assert said(answer) == (403, "form.foreign")


def test_another_site_cannot_log_a_browser_in(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/logins", json={"name": "n", "password": "p"}, headers={"Origin": "https://evil.example"}
    )
    assert said(answer) == (403, "form.foreign")


def test_our_own_page_may_change_things(doctor: TestClient) -> None:
    ours = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    assert doctor.patch("/api/v1/me", json={"language": "en"}, headers=ours).status_code == 204
    assert doctor.get("/api/v1/me").json()["language"] == "en"


def test_a_forged_cookie_is_nobody(client: TestClient, there: Clinic) -> None:
    hold(client, "0" * 43)
    assert said(client.get(f"/api/v1/residents/{there.resident}")) == (401, "login.required")


@pytest.mark.parametrize("field", ["name", "password"])
@pytest.mark.parametrize("text", ["with\x00nul", "\ud800", "", "long" * 100], ids=ascii)
def test_text_that_cannot_be_is_refused_by_name(client: TestClient, field: str, text: str) -> None:
    body = json.dumps({"name": "n", "password": "p", field: text})
    answer = client.post("/api/v1/logins", content=body, headers={"Content-Type": "application/json"})
    assert said(answer) == (422, "request.invalid")
    assert answer.json()["field"] == field


def test_a_megabyte_is_refused_and_written_down(doctor: TestClient, care: Sessions, there: Clinic) -> None:
    answer = doctor.patch("/api/v1/me", json={"language": "x" * 1_000_000})
    assert said(answer) == (413, "request.too_large")
    assert (last_refusal(care).action, last_refusal(care).account) == ("request.too_large", there.doctor)


def test_a_megabyte_that_does_not_say_its_size_is_refused(doctor: TestClient) -> None:
    pieces = (b"x" * 10_000 for _ in range(100))
    answer = doctor.patch("/api/v1/me", content=pieces, headers={"Content-Type": "application/json"})
    assert said(answer) == (413, "request.too_large")


def test_what_is_no_json_is_refused(doctor: TestClient) -> None:
    answer = doctor.patch("/api/v1/me", content=b"{", headers={"Content-Type": "application/json"})
    assert said(answer) == (422, "request.invalid")


def test_a_setting_that_does_not_exist_is_refused_and_its_name_not_repeated(doctor: TestClient) -> None:
    answer = doctor.patch("/api/v1/me", json={"resident": str(uuid4())})
    assert (said(answer), answer.json()["field"]) == ((422, "request.invalid"), "body")


def test_a_name_full_of_markup_comes_back_as_it_was_and_as_json(
    doctor: TestClient, care: Sessions, there: Clinic
) -> None:
    with care.begin() as db:
        hostile = make_resident(db, HOSTILE)
        make_contract(db, hostile, there.team)
    answer = doctor.get(f"/api/v1/residents/{hostile}")
    assert answer.json()["name"] == HOSTILE
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_path_has_the_same_shape(client: TestClient) -> None:
    answer = client.get("/api/v1/nothing-here")
    assert said(answer) == (404, "route.unknown")
    assert answer.headers["Content-Type"] == "application/problem+json"
