"""A resident's rights and duties: read in plain words, and put down once that they were."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from clinician_api.agreements import rights
from clinician_api.db import Sessions
from clinician_api.web.agreement.words import DUTIES, RIGHTS
from clinician_api.web.words import LANGUAGES, words_of
from tests.clinician_api.making import HandClock
from tests.clinician_api.web.conftest import Alarmed
from tests.clinician_api.web.test_staff import logged_in, send

WORDINGS = {1: "b2124a"}
"""The beginning of each version's digest. Who changes a word gives it a new version here and in `rights`."""

_COUNT = text("select count(*) from care.rights_receipt")


@pytest.fixture
def resident(client: TestClient, alarmed: Alarmed) -> TestClient:
    return logged_in(client, alarmed.clinic.own_account)


def test_nobody_changes_the_words_under_those_who_have_read_them() -> None:
    said = [
        words_of(language)(part)
        for language in LANGUAGES
        for point in (*RIGHTS, *DUTIES)
        for part in point[1:]
    ]
    assert sha256("\n".join(said).encode()).hexdigest().startswith(WORDINGS[rights.VERSION])


def test_it_is_read_once_and_the_page_says_when(resident: TestClient, care: Sessions) -> None:
    page = resident.get("/me/rights").text
    assert "合同不会自动续签" in page
    for _ in range(2):
        assert send(resident, page, "rights", version="1").status_code == 303
    with care() as db:
        assert db.scalar(_COUNT) == 1
        assert db.scalar(text("select count(*) from care.audit_entry where action = 'rights.read'")) == 1
    assert "您在 3月2日 星期一 看过这一页" in resident.get("/me/rights").text


def test_who_has_an_older_wording_before_them_is_shown_the_new_one(
    resident: TestClient, care: Sessions
) -> None:
    answer = send(resident, resident.get("/me/rights").text, "rights", version="0")
    assert answer.status_code == 409
    with care() as db:
        assert db.scalar(_COUNT) == 0


def test_without_a_contract_it_can_be_read_and_not_put_down(
    resident: TestClient, clock: HandClock, alarmed: Alarmed
) -> None:
    clock.turn(timedelta(days=300))
    logged_in(resident, alarmed.clinic.own_account)
    assert 'action="/me/rights"' not in resident.get("/me/rights").text


def test_it_is_a_residents_own_page(client: TestClient, alarmed: Alarmed) -> None:
    assert logged_in(client, alarmed.clinic.doctor).get("/me/rights").status_code == 403
