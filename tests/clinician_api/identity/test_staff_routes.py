"""An administrator gives and takes roles in their own house, to others alone, and sees no resident."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from clinician_api.identity import service
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.making import (
    NOW,
    ORIGIN,
    WEAK,
    Clinic,
    HandClock,
    actor,
    clinic,
    enter,
    make_account,
)

API = "/api/v1"


@pytest.fixture
def browser(module_database_url: str) -> Iterator[TestClient]:
    settings = Settings(
        database_url=module_database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        second_factor="whoever_has_one",
    )
    app = create_app(settings, clock=HandClock(NOW), passwords=WEAK)
    with TestClient(app, base_url=ORIGIN) as found:
        yield found


@pytest.fixture
def there(browser: TestClient) -> Clinic:
    """With an administrator, who is logged in."""
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        found = clinic(db)
        account = make_account(db, "沈洁", institution=found.institution, now=NOW)
        service.join(db, account, "administrator", team=None, since=NOW)
    enter(browser, account)
    return found


def said(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_roles_are_given_and_taken_at_once(browser: TestClient, there: Clinic) -> None:
    team = str(there.other_team)
    roles = f"{API}/staff/{there.nurse}/roles"
    assert browser.post(roles, json={"role": "pharmacist", "team": team}).status_code == 201
    assert said(browser.post(roles, json={"role": "pharmacist", "team": team})) == (409, "role.held")
    with cast("FastAPI", browser.app).state.sessions() as db:
        assert actor(db, there.nurse).roles == {"nurse", "pharmacist"}
    nurse = next(each for each in browser.get(f"{API}/staff").json() if each["account"] == str(there.nurse))
    given = next(each["id"] for each in nurse["roles"] if each["role"] == "pharmacist")
    assert browser.delete(f"{API}/roles/{given}").status_code == 204
    assert said(browser.delete(f"{API}/roles/{given}")) == (409, "role.ended")
    with cast("FastAPI", browser.app).state.sessions() as db:
        assert actor(db, there.nurse).roles == {"nurse"}


def test_what_must_stay_apart_stays_apart_and_nobody_serves_themself(
    browser: TestClient, there: Clinic
) -> None:
    roles = f"{API}/staff/{there.duty}/roles"
    assert browser.post(roles, json={"role": "auditor"}).status_code == 201
    assert said(browser.post(roles, json={"role": "security"})) == (409, "role.must_stay_apart")
    assert said(browser.post(roles, json={"role": "doctor"})) == (422, "role.wrong_place")
    me = browser.get(f"{API}/me").json()["account"]
    assert said(browser.post(f"{API}/staff/{me}/roles", json={"role": "supervisor"})) == (
        403,
        "role.not_for_oneself",
    )
    assert said(browser.delete(f"{API}/staff/{me}")) == (403, "role.not_for_oneself")


def test_whoever_leaves_is_out_at_once(browser: TestClient, there: Clinic) -> None:
    assert browser.delete(f"{API}/staff/{there.leader}").status_code == 204
    assert said(browser.delete(f"{API}/staff/{there.leader}")) == (404, "account.unknown")
    with cast("FastAPI", browser.app).state.sessions() as db:
        assert service.leaders(db, there.team, NOW) == []


def test_another_house_and_residents_are_out_of_sight(browser: TestClient, there: Clinic) -> None:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        elsewhere = clinic(db)
    assert said(browser.delete(f"{API}/staff/{elsewhere.doctor}")) == (404, "account.unknown")
    wanted = {"role": "nurse", "team": str(elsewhere.team)}
    assert said(browser.post(f"{API}/staff/{there.doctor}/roles", json=wanted)) == (404, "team.unknown")
    assert said(browser.delete(f"{API}/staff/{there.own_account}")) == (404, "account.unknown")
    assert browser.get(f"{API}/residents").json() == []
    assert said(browser.get(f"{API}/residents/{there.resident}")) == (404, "resident.unknown")
    assert said(browser.post(f"{API}/search", json={"q": "王秀英"})) == (403, "role.not_allowed")
    enter(browser, there.supervisor)
    assert said(browser.get(f"{API}/staff")) == (403, "role.not_allowed")


def test_a_new_colleague_and_a_new_team(browser: TestClient, there: Clinic) -> None:
    new = {"login_name": f"n-{there.team.hex[:8]}", "name": "新医生", "password": "long enough"}
    made = browser.post(f"{API}/staff", json=new)
    assert made.status_code == 201
    assert said(browser.post(f"{API}/staff", json=new)) == (409, "account.name_taken")
    assert said(browser.post(f"{API}/staff", json={**new, "login_name": "x", "password": "short"}))[0] == 422
    teams = browser.post(f"{API}/teams", json={"name": "三队", "phone": "051257600003"}).json()
    assert "三队" in [each["name"] for each in teams]
