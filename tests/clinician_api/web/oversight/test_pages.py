"""Emergencies, reviews and the audit over HTTP, with what people type into them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from clinician_api.audit import files
from clinician_api.db import Sessions
from clinician_api.identity import service as identity
from clinician_api.identity.models import Resident
from clinician_api.sealer import seal_once
from clinician_api.web.oversight import routes
from tests.clinician_api.making import NOW, Clinic, clinic, enter, make_account

HOSTILE = (
    "<script>alert(1)</script>",
    "'; drop table care.consent; --",
    "{{1234*5678}}",
    "\x00",
    "9" * 4000,
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
)


@pytest.fixture
def people(care: Sessions) -> Clinic:
    with care.begin() as db:
        return clinic(db)


@pytest.fixture
def auditor(care: Sessions, people: Clinic) -> UUID:
    with care.begin() as db:
        account = make_account(db, "审计员", institution=people.institution, now=NOW)
        identity.join(db, account, "auditor", team=None, since=NOW - timedelta(days=9))
        return account


@pytest.fixture
def number(care: Sessions, people: Clinic) -> str:
    with care() as db:
        return db.get_one(Resident, people.resident).file_number


def test_an_emergency_opens_the_page_and_a_review_closes_it(
    client: TestClient, people: Clinic, number: str
) -> None:
    enter(client, people.other_doctor)
    form = {"file_number": number, "cause": "life_at_risk", "words": "胸痛送来急诊", "hours": "4"}
    opened = client.post("/emergencies", data=form, follow_redirects=False)
    page = opened.headers["location"]
    assert (opened.status_code, client.get(page).status_code) == (303, 200)
    assert client.get(f"/residents/{people.resident}/identity").status_code == 404
    enter(client, people.supervisor)
    html = client.get("/emergencies/reviews").text
    assert "胸痛送来急诊" in html
    assert "王秀英" not in html
    review = re.search(r'action="(/emergencies/[0-9a-f-]+/review)"', html)
    assert review is not None
    kept = client.post(review[1], data={"verdict": "unjustified", "remark": "无"})
    assert (kept.status_code, "无" in kept.text) == (422, True)
    client.post(review[1], data={"verdict": "unjustified", "remark": "没有急诊记录"})
    assert client.post(review[1], data={"verdict": "justified"}).status_code == 409
    enter(client, people.other_doctor)
    assert client.get(page).status_code == 404


def test_an_auditor_finds_by_file_number_and_takes_a_file_without_names(
    client: TestClient, people: Clinic, auditor: UUID, number: str
) -> None:
    enter(client, people.doctor)
    client.get(f"/residents/{people.resident}")
    enter(client, auditor)
    html = client.get("/audit", params={"file_number": number, "action": "resident."}).text
    assert "resident.read" in html
    assert "李医生" in html
    assert "王秀英" not in html
    file = client.get("/audit/file", params={"action": "resident."})
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert {(row["action"], row["resident"]) for row in rows} == {("resident.read", number)}
    assert "audit.searched" in client.get("/audit").text


def test_an_auditor_takes_the_sealed_record_of_a_day(
    client: TestClient, care: Sessions, people: Clinic, auditor: UUID
) -> None:
    seal_once(care, clock=lambda: NOW)
    enter(client, auditor)
    taken = client.get("/audit/sealed", params={"since": "2026-03-02", "until": "2026-03-02"})
    report = files.check(taken.content.splitlines(), {})
    assert (report.faults, report.links) == ((), 1)
    assert "王秀英" not in taken.text
    earlier = client.get("/audit/sealed", params={"since": "2026-03-01", "until": "2026-03-01"})
    assert files.check(earlier.content.splitlines(), {}).sealed == 0


def test_nothing_typed_into_a_search_runs_or_breaks(client: TestClient, auditor: UUID) -> None:
    enter(client, auditor)
    asked = ("since", "until", "account", "file_number", "action", "outcome", "after")
    answers = [client.get("/audit", params={name: word}) for name in asked for word in HOSTILE]
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
    assert [
        answer.url for answer in answers if "<script>alert" in answer.text or "7006652" in answer.text
    ] == []


def test_a_cell_that_a_spreadsheet_would_run_is_only_text() -> None:
    assert [routes._cell(text) for text in ("=1+1", "@x", "ok", None)] == ["'=1+1", "'@x", "ok", ""]  # noqa: SLF001
