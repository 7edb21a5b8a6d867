"""The pages about people work without a script, show nobody out of sight, and lose nothing that was typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import unquote
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from structlog.testing import capture_logs

from clinician_api.identity import service as identity
from clinician_api.identity.rules import csrf_token
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.identity.test_numbers import number_of
from tests.clinician_api.making import (
    NOW,
    ORIGIN,
    WEAK,
    Clinic,
    HandClock,
    clinic,
    enter,
    login_name,
    make_account,
)

INJECTED = "<script>alert(1)</script>{{ 7*7 }}'\"--"


@pytest.fixture
def browser(module_database_url: str, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(
        database_url=module_database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        keys=tmp_path,
        second_factor="whoever_has_one",
    )
    app = create_app(settings, clock=HandClock(NOW), passwords=WEAK)
    with TestClient(app, base_url=ORIGIN, headers={"Accept-Language": "zh"}) as found:
        yield found


@pytest.fixture
def there(browser: TestClient) -> Clinic:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        return clinic(db)


def sent(browser: TestClient, path: str, *, behalf: UUID | None = None, **form: str | list[str]) -> Response:
    """As a browser without a script sends a form."""
    del browser.headers["X-CSRF-Token"]
    token = csrf_token(browser.cookies["hl_login"], behalf)
    answer = browser.post(path, data={"csrf": token, **form})
    browser.headers["X-CSRF-Token"] = token
    return answer


def test_staff_find_a_resident_and_nobody_out_of_sight(browser: TestClient, there: Clinic) -> None:
    enter(browser, there.doctor)
    page = sent(browser, "/search", q="wxy").text
    assert f"/residents/{there.resident}/identity" in page
    assert str(there.stranger) not in sent(browser, "/search", q="陈建国").text
    piece = browser.post("/search", data={"q": "5678"}, headers={"HX-Request": "true"}).text
    assert piece.lstrip().startswith("<ul")
    hostile = sent(browser, "/search", q=INJECTED)
    assert hostile.status_code == 200
    assert "<script>alert" not in hostile.text
    assert "49" not in hostile.text.split('id="found"')[1][:300]


def test_a_name_that_is_searched_for_stands_in_no_address_and_going_back_finds_it_again(
    browser: TestClient, there: Clinic
) -> None:
    enter(browser, there.doctor)
    with capture_logs() as logs:
        address = browser.post("/search", data={"q": "王秀英"}, follow_redirects=False).headers["location"]
        typing = browser.post("/search", data={"q": "王秀英"}, headers={"HX-Request": "true"})
        again = browser.get(address)
    assert f"/residents/{there.resident}/identity" in again.text
    assert 'value="王秀英"' in again.text
    said = unquote(f"{address} {typing.headers['HX-Replace-Url']} {logs}")
    assert [word for word in ("王", "wxy", "q=") if word in said] == []
    enter(browser, there.doctor)  # another login of the same person
    assert 'value="王秀英"' not in browser.get(address).text


@pytest.mark.parametrize("at", ["", "x", "=" * 40, "é", "A" * 64, "9" * 1000])
def test_an_address_that_was_made_up_searches_for_nothing(
    browser: TestClient, there: Clinic, at: str
) -> None:
    enter(browser, there.doctor)
    page = browser.get("/search", params={"at": at})
    assert (page.status_code, "/identity" in page.text.split('id="found"')[1]) == (200, False)


def test_a_document_is_put_down_and_a_wrong_one_is_said_to_be_wrong(
    browser: TestClient, there: Clinic
) -> None:
    enter(browser, there.doctor)
    path = f"/residents/{there.resident}/identity"
    number = number_of("19540506", "228")
    shown = sent(browser, f"{path}/documents", kind="resident_id", number=f" {number} ")
    assert shown.status_code == 200
    assert f"{number[:6]}********{number[-4:]}" in shown.text
    assert number not in shown.text
    wrong = sent(browser, f"{path}/documents", kind="resident_id", number=number_of("19550506"))
    assert wrong.status_code == 422
    assert "号码中的生日与档案不一致" in wrong.text
    assert number_of("19550506") not in wrong.text


def test_a_helper_is_put_down_seen_and_ended(browser: TestClient, there: Clinic) -> None:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        helper = make_account(db, INJECTED, now=NOW)
        name = login_name(db, helper)
    enter(browser, there.own_account)
    scopes = ["read", "measure"]
    until = "2026-12-31"
    shown = sent(browser, "/family/helpers", login_name=name, relation="child", scopes=scopes, until=until)
    assert shown.status_code == 200
    assert "<script>alert" not in shown.text
    assert "上传数据" in shown.text
    enter(browser, helper)
    assert "王秀英" in browser.get("/").text
    home = sent(browser, "/family/act", resident=str(there.resident))
    assert "您正在替王秀英操作" in home.text
    stale = sent(browser, "/family/back")
    assert (stale.status_code, "旧" in stale.text) == (403, True)
    itself = sent(browser, "/family/back", behalf=there.resident)
    assert "您正在替" not in itself.text
    enter(browser, there.doctor)
    page = browser.get(f"/residents/{there.resident}/identity").text
    end = page.split("/identity/helpers/")[1].split("/end")[0]
    ended = sent(browser, f"/residents/{there.resident}/identity/helpers/{end}/end")
    assert "结束" in ended.text
    enter(browser, helper)
    assert "授权已到期" in browser.get("/me").text


def test_a_household_and_that_somebody_cannot_decide_are_put_down(browser: TestClient, there: Clinic) -> None:
    with cast("FastAPI", browser.app).state.sessions() as db:
        husband = identity.residents(db, [there.stranger])[there.stranger].file_number
    base = f"/residents/{there.resident}/identity"
    enter(browser, there.doctor)
    assert sent(browser, f"{base}/household", file_number=husband, relation="spouse").status_code == 404
    enter(browser, there.supervisor)
    unknown = sent(browser, f"{base}/household", file_number="000000-00-00000", relation="spouse")
    assert (unknown.status_code, "没有这个档案号" in unknown.text) == (422, True)
    both = sent(browser, f"{base}/household", file_number=husband, relation="spouse").text
    assert "户主" in both
    assert f"/residents/{there.stranger}/identity" in both
    guarded = sent(browser, f"{base}/incapacity", evidence="判决 12")
    assert "由监护人签字" in guarded.text
    again = sent(browser, f"{base}/incapacity", evidence="判决 12")
    assert (again.status_code, "已登记由监护人签字" in again.text) == (409, True)


def test_a_form_of_another_resident_or_of_nobody_is_not_found(browser: TestClient, there: Clinic) -> None:
    enter(browser, there.doctor)
    base = f"/residents/{there.stranger}/identity"
    assert sent(browser, f"{base}/documents", kind="passport", number="E1234567").status_code == 404
    assert sent(browser, f"{base}/incapacity", evidence="判决").status_code == 404
    assert sent(browser, f"{base}/groups", code="08", evidence="证").status_code == 404
    assert sent(browser, f"{base}/helpers", login_name="x", relation="child").status_code == 404
    assert browser.get(f"/residents/{there.stranger}/identity").status_code == 404
    enter(browser, there.own_account)
    assert browser.get(f"/residents/{there.resident}/identity").status_code == 403
    assert sent(browser, "/family/act", resident=str(there.stranger)).status_code == 404
