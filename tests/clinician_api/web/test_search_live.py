"""In a real browser: residents are found while somebody types, and the key that leads there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.clinician_api.web.conftest import Desk

pytestmark = pytest.mark.browser


def test_a_resident_is_found_while_somebody_types_and_a_key_leads_there(desk: Desk) -> None:
    page = desk.opened_by(desk.people.doctor)
    page.wait_for_selector("#rows, .empty")
    page.keyboard.press("/")
    page.wait_for_selector("#q")
    page.locator("#q").press_sequentially("wxy")
    page.wait_for_selector(f"#found a[href='/residents/{desk.people.resident}']")
    page.wait_for_url("**/search?at=*")
    page.locator("#found a").first.click()
    page.wait_for_url("**/residents/*")
    page.go_back()
    page.wait_for_selector("#found li")
    assert page.locator("#q").input_value() == "wxy"
    page.locator("#q").fill("zzz")
    page.wait_for_selector("#found .nobody")
    page.locator("#q").fill("王秀")
    with page.expect_response(lambda found: found.request.is_navigation_request() and found.ok):
        page.keyboard.press("Enter")
    expect(page.locator("#found li")).to_have_count(1)
    assert "q=" not in page.url
