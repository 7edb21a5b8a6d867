"""The administrator's pages of staff: somebody is found, employed, given roles, and leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clinician_api.identity import service as identity
from clinician_api.web.admin.staff import is_meant
from tests.clinician_api.making import (
    NOW,
    Clinic,
    clinic,
    enter,
    login_name,
    make_account,
)
from tests.clinician_api.serving import serving
from tests.clinician_api.web.contracts.test_own_pages import send


@pytest.fixture(scope="module")
def browser(module_database_url: str) -> Iterator[TestClient]:
    with serving(module_database_url) as found:
        yield found


@pytest.fixture(scope="module")
def there(browser: TestClient) -> Clinic:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        found = clinic(db)
        account = make_account(db, "沈洁", institution=found.institution, now=NOW)
        identity.join(db, account, "administrator", team=None, since=NOW)
    enter(browser, account)
    return found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("", True), ("医生", True), ("lys", True), ("DOC", True), ("赵", False), ("octor", False), ("%", False)],
)
def test_staff_are_found_by_name_initials_or_login(typed: str, *, meant: bool) -> None:
    assert is_meant(typed, "李医生", "doctor.li") is meant


def test_somebody_is_employed_given_a_role_and_leaves(browser: TestClient, there: Clinic) -> None:
    form = browser.get("/admin/staff").text
    assert "李医生" in form
    assert "王秀英" not in form
    made = send(browser, form, "/admin/staff", name="新医生", login_name="new.doctor", password="long enough")
    here = made.url.path
    assert "新医生" in made.text
    given = send(browser, made.text, f"{here}/roles", role="doctor", team=str(there.team))
    (ends,) = re.findall(rf'action="({here}/roles/[0-9a-f-]+/end)"', given.text)
    assert send(browser, given.text, f"{here}/roles", role="doctor", team="").status_code == 422
    assert send(browser, given.text, ends).status_code == 200
    assert send(browser, given.text, ends).status_code == 409
    assert send(browser, given.text, f"{here}/leave").status_code == 200
    assert browser.get(here).status_code == 404


def test_what_was_typed_comes_back_without_the_password(browser: TestClient, there: Clinic) -> None:
    form = send(browser, browser.get("/admin/staff").text, "/admin/staff/search", q="zdz").text
    assert "赵队长" in form
    short = send(browser, form, "/admin/staff", name="<b>新</b>", login_name="doctor.new", password="short")
    assert short.status_code == 422
    assert "&lt;b&gt;新&lt;/b&gt;" in short.text
    assert "doctor.new" in short.text
    assert 'value="short"' not in short.text
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        name = login_name(db, there.doctor)
    again = send(browser, form, "/admin/staff", name="另一位", login_name=name, password="long enough")
    assert again.status_code == 409
    assert "另一位" in again.text


@pytest.mark.usefixtures("there")
def test_nobody_of_another_house_is_shown_or_changed(browser: TestClient) -> None:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        elsewhere = identity.create_institution(db, "别处", phone="051257600009")
        stranger = make_account(db, "别处医生", institution=elsewhere, now=NOW)
    assert "别处医生" not in browser.get("/admin/staff").text
    assert browser.get(f"/admin/staff/{stranger}").status_code == 404
    assert browser.post(f"/admin/staff/{stranger}/leave").status_code == 404
