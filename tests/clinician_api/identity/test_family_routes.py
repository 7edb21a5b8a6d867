"""Documents, helpers and the search over HTTP: what each may do, and what is refused with which code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

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

API = "/api/v1"
PAPER = {
    "relation": "child",
    "basis": "authorised",
    "evidence": "柜 3-17",
    "until": "2026-12-31T00:00:00+08:00",
}


@pytest.fixture
def browser(module_database_url: str, tmp_path: Path) -> Iterator[TestClient]:
    """On a server with keys; the tests of this module share a database, and each has a clinic of its own."""
    settings = Settings(
        database_url=module_database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        keys=tmp_path,
        second_factor="whoever_has_one",
    )
    app = create_app(settings, clock=HandClock(NOW), passwords=WEAK)
    with TestClient(app, base_url=ORIGIN) as found:
        yield found


@pytest.fixture
def there(browser: TestClient) -> Clinic:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        return clinic(db)


def daughter(browser: TestClient) -> tuple[str, str]:
    """Id and login name of somebody who is neither staff nor a resident here."""
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        account = make_account(db, "王丽", now=NOW)
        return str(account), login_name(db, account)


def said(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_a_document_is_put_down_by_staff_and_shown_masked(browser: TestClient, there: Clinic) -> None:
    path = f"{API}/residents/{there.resident}/documents"
    number = number_of("19540506", "118")
    enter(browser, there.doctor)
    put = browser.post(path, json={"kind": "resident_id", "number": number})
    assert put.status_code == 201
    assert put.json()[0]["masked"] == f"{number[:6]}********{number[-4:]}"
    assert number not in put.text
    found = browser.post(f"{API}/search", json={"q": f" {number.lower()} "}).json()
    assert [each["id"] for each in found] == [str(there.resident)]
    wrong = browser.post(path, json={"kind": "resident_id", "number": number[:-1]})
    assert (*said(wrong), wrong.json()["field"]) == (422, "document.shape", "number")
    assert said(browser.post(path, json={"kind": "card", "number": "1"}))[1] == "request.invalid"
    enter(browser, there.other_doctor)
    assert browser.post(f"{API}/search", json={"q": number}).json() == []
    assert said(browser.get(path)) == (404, "resident.unknown")
    assert said(browser.post(path, json={"kind": "passport", "number": "E12345678"})) == (
        404,
        "resident.unknown",
    )
    enter(browser, there.own_account)
    assert len(browser.get(path).json()) == 1
    assert said(browser.post(path, json={"kind": "passport", "number": "E12345678"})) == (
        403,
        "role.not_allowed",
    )


def test_a_helper_acts_for_a_resident_and_forms_from_before_are_stale(
    browser: TestClient, there: Clinic
) -> None:
    account, name = daughter(browser)
    enter(browser, there.own_account)
    path = f"{API}/residents/{there.resident}/proxies"
    made = browser.post(path, json={**PAPER, "login_name": name, "scopes": ["read"]})
    assert made.status_code == 201
    proxy = made.json()[0]
    assert (proxy["account"], proxy["scopes"], proxy["is_over"]) == (account, ["read"], False)

    enter(browser, UUID(account))
    assert browser.get(f"{API}/me").json()["roles"] == []
    assert said(browser.get(f"{API}/residents/{there.resident}")) == (404, "resident.unknown")
    assert [each["resident"] for each in browser.get(f"{API}/acting-for").json()] == [str(there.resident)]
    assert said(browser.post(f"{API}/acting-for", json={"resident": str(there.stranger)}))[0] == 404
    assert browser.post(f"{API}/acting-for", json={"resident": str(there.resident)}).status_code == 204
    me = browser.get(f"{API}/me").json()
    assert (me["behalf"], me["roles"], me["scopes"]) == (str(there.resident), ["resident"], ["read"])
    assert browser.get(f"{API}/residents/{there.resident}").json()["name"] == "王秀英"
    assert said(browser.delete(f"{API}/acting-for")) == (403, "form.stale")
    token = browser.cookies["hl_login"]
    browser.headers["X-CSRF-Token"] = csrf_token(token, there.resident)
    handed = browser.post(path, json={**PAPER, "login_name": name, "scopes": ["read"]})
    assert said(handed) == (403, "proxy.not_by_helper")
    assert browser.delete(f"{API}/acting-for").status_code == 204
    browser.headers["X-CSRF-Token"] = csrf_token(token)
    assert browser.delete(f"{path}/{proxy['id']}").status_code == 204
    assert said(browser.post(f"{API}/acting-for", json={"resident": str(there.resident)}))[0] == 404


def test_who_has_no_right_to_authorise_is_told_why(browser: TestClient, there: Clinic) -> None:
    _, name = daughter(browser)
    path = f"{API}/residents/{there.resident}/proxies"
    wanted = {**PAPER, "login_name": name, "scopes": ["read"]}
    enter(browser, there.own_account)
    assert said(browser.post(path, json={**wanted, "basis": "guardian"})) == (403, "proxy.guardian_by_staff")
    assert said(browser.post(path, json={**wanted, "login_name": "niemand"})) == (422, "account.unknown")
    assert said(browser.post(path, json={**wanted, "until": None})) == (422, "proxy.too_long")
    assert said(browser.post(path, json={**wanted, "scopes": ["everything"]})) == (422, "request.invalid")
    enter(browser, there.doctor)
    assert said(browser.post(path, json={**wanted, "basis": "guardian"})) == (422, "proxy.has_capacity")
    assert said(browser.post(path, json={**wanted, "evidence": " "})) == (422, "proxy.evidence_missing")
    enter(browser, there.other_doctor)
    assert said(browser.post(path, json=wanted)) == (404, "resident.unknown")


def test_who_has_a_guardian_takes_none_away_and_makes_nobody_their_helper(
    browser: TestClient, there: Clinic
) -> None:
    _, name = daughter(browser)
    enter(browser, there.doctor)
    path = f"{API}/residents/{there.resident}"
    stated = browser.post(f"{path}/incapacity", json={"since": "2026-03-01", "evidence": "判决 12"})
    assert stated.status_code == 204
    wanted = {**PAPER, "login_name": name, "scopes": ["read"]}
    guardian = {**wanted, "basis": "guardian"}
    assert said(browser.post(f"{path}/proxies", json=guardian)) == (422, "proxy.earlier_guardians")
    proxy = browser.post(f"{path}/proxies", json={**guardian, "earlier": "配偶已故"}).json()[0]["id"]
    enter(browser, there.own_account)
    assert said(browser.delete(f"{path}/proxies/{proxy}")) == (403, "proxy.guardian_by_staff")
    assert said(browser.post(f"{path}/proxies", json=wanted)) == (403, "proxy.guardian_signs")
    enter(browser, there.doctor)
    assert browser.delete(f"{path}/proxies/{proxy}").status_code == 204


def test_the_search_finds_those_in_sight_and_households_hide_the_others(
    browser: TestClient, there: Clinic
) -> None:
    enter(browser, there.doctor)
    found = browser.post(f"{API}/search", json={"q": "wxy"}).json()
    assert [each["id"] for each in found] == [str(there.resident)]
    assert browser.post(f"{API}/search", json={"q": "陈建国"}).json() == []
    made = browser.post(f"{API}/households", json={"head": str(there.resident)})
    assert [each["relation"] for each in made.json()["members"]] == ["head"]
    members = f"{API}/residents/{there.resident}/household/members"
    assert said(browser.post(members, json={"resident": str(there.stranger), "relation": "spouse"}))[0] == 404
    enter(browser, there.supervisor)
    both = browser.post(members, json={"resident": str(there.stranger), "relation": "spouse"}).json()
    assert len(both["members"]) == 2
    again = browser.post(members, json={"resident": str(there.stranger), "relation": "spouse"})
    assert said(again) == (409, "household.has_one")
    enter(browser, there.doctor)
    seen = browser.get(f"{API}/residents/{there.resident}/household").json()
    assert [each["resident"] for each in seen["members"]] == [str(there.resident)]
    enter(browser, there.own_account)
    assert said(browser.post(f"{API}/search", json={"q": "wxy"})) == (403, "role.not_allowed")


def test_groups_are_computed_and_stated(browser: TestClient, there: Clinic) -> None:
    path = f"{API}/residents/{there.resident}/groups"
    enter(browser, there.doctor)
    assert [(each["code"], each["by"]) for each in browser.get(path).json()] == [("03", "age")]
    paper = {"evidence": "残疾证 12", "since": "2026-03-01"}
    assert browser.post(path, json={**paper, "code": "08"}).status_code == 201
    assert said(browser.post(path, json={**paper, "code": "03"})) == (422, "group.is_computed")
    assert said(browser.post(path, json={**paper, "code": "08"})) == (409, "group.known")
    assert browser.delete(f"{path}/08").status_code == 204
    assert [each["code"] for each in browser.get(path).json()] == ["03"]


def test_a_server_without_keys_says_so(module_database_url: str, there: Clinic) -> None:
    settings = Settings(
        database_url=module_database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        second_factor="whoever_has_one",
    )
    app = create_app(settings, clock=HandClock(NOW), passwords=WEAK)
    with TestClient(app, base_url=ORIGIN) as found:
        enter(found, there.doctor)
        assert said(found.get(f"{API}/residents/{there.resident}/documents")) == (409, "document.no_keys")
