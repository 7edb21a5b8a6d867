"""The auditor's search in a real browser at 1440 pixels: who looked at one resident, and only that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from clinician_api.identity import service as identity
from clinician_api.identity.models import Resident
from tests.clinician_api.making import NOW, make_account
from tests.clinician_api.web.conftest import Desk

pytestmark = pytest.mark.browser


def test_an_auditor_finds_by_file_number_who_looked_and_each_line_leads_to_all_that_they_did(
    desk: Desk,
) -> None:
    people = desk.people
    with desk.app.state.sessions.begin() as db:
        auditor = make_account(db, "审计员", institution=people.institution, now=NOW)
        identity.join(db, auditor, "auditor", team=None, since=NOW - timedelta(days=9))
        number = db.get_one(Resident, people.resident).file_number
    desk.blank_of(people.doctor).goto(f"{desk.origin}/residents/{people.resident}")
    desk.blank_of(people.other_doctor).goto(f"{desk.origin}/residents/{people.stranger}")
    page = desk.blank_of(auditor)
    page.goto(f"{desk.origin}/audit")
    page.get_by_label("档案号").fill(number)
    page.get_by_label("动作").fill("resident.")
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".entries tbody")).to_contain_text("李医生")
    assert set(page.locator(".entries tbody td:nth-child(4)").all_inner_texts()) == {number}
    page.locator(".entries").get_by_role("link", name="李医生").first.click()
    expect(page.locator(".entries tbody")).to_contain_text("李医生")
    assert "孙医生" not in page.locator(".entries").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == 1440
