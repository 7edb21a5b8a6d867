"""The administrator's overview and teams: numbers alone, room that is set, roles that are given and ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clinician_api.identity import service as identity
from tests.clinician_api.making import NOW, Clinic, clinic, enter, make_account
from tests.clinician_api.serving import serving
from tests.clinician_api.web.contracts.test_own_pages import send


@pytest.fixture
def browser(module_database_url: str) -> Iterator[TestClient]:
    with serving(module_database_url) as found:
        yield found


@pytest.fixture
def there(browser: TestClient) -> Clinic:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        found = clinic(db)
        account = make_account(db, "沈洁", institution=found.institution, now=NOW)
        identity.join(db, account, "administrator", team=None, since=NOW)
    enter(browser, account)
    return found


def test_the_overview_counts_and_names_no_resident(browser: TestClient, there: Clinic) -> None:
    html = browser.get("/admin").text
    assert "总览" in html
    assert "一队" in html
    assert "王秀英" not in html
    assert str(there.resident) not in html


def test_room_is_set_and_a_closed_team_takes_nobody(browser: TestClient, there: Clinic) -> None:
    path = f"/admin/teams/{there.other_team}"
    closed = send(browser, browser.get(path).text, f"{path}/places", most="7")
    assert "暂停接收" in closed.text
    assert "/ 7" in closed.text
    hostile = send(browser, closed.text, f"{path}/places", most="-1")
    assert hostile.status_code == 422


def test_an_old_form_of_a_teams_places_is_shown_beside_what_was_set_since_and_closing_keeps_the_limit(
    browser: TestClient, there: Clinic
) -> None:
    path = f"/admin/teams/{there.other_team}"
    page = browser.get(path).text
    send(browser, page, f"{path}/places", most="7", is_open="true")
    old = send(browser, page, f"{path}/places", most="9", is_open="true")
    assert old.status_code == 409
    cells = re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", old.text)
    assert cells[3:6] == ["名额", "按地区规则", "7"]
    assert "<dd>9</dd>" in old.text
    assert re.search(r'<input name="most"[^>]* value="7"', browser.get(path).text)


def test_a_role_is_given_and_ended_and_nobody_changes_their_own(browser: TestClient, there: Clinic) -> None:
    path = f"/admin/teams/{there.other_team}"
    form = browser.get(path).text
    given = send(browser, form, f"{path}/roles", account=str(there.nurse), role="nurse")
    roles = re.findall(rf'action="({path}/roles/[0-9a-f-]+/end)"', given.text)
    twice = send(browser, form, f"{path}/roles", account=str(there.nurse), role="nurse")
    assert twice.status_code == 409
    ended = [send(browser, given.text, each).status_code for each in roles]
    assert set(ended) == {200}
    assert re.findall(rf'action="({path}/roles/[0-9a-f-]+/end)"', browser.get(path).text) == []


def test_a_team_is_opened_and_one_elsewhere_is_none(browser: TestClient, there: Clinic) -> None:
    opened = send(
        browser, browser.get("/admin/teams").text, "/admin/teams", name="三队", phone="051257600003"
    )
    assert "三队" in opened.text
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        elsewhere = identity.create_institution(db, "别处", phone="051257600009")
        team = identity.create_team(db, elsewhere, name="别队", phone="051257600009")
    assert browser.get(f"/admin/teams/{team}").status_code == 404
    enter(browser, there.doctor)
    assert browser.get("/admin").status_code == 403
