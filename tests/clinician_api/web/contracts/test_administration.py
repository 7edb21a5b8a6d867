"""The administrator in a real browser at 1440 pixels: numbers, a team's places, the agreement's text."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from clinician_api.identity import service as identity
from tests.clinician_api.making import NOW, make_account
from tests.clinician_api.web.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def administrator(desk: Desk) -> UUID:
    with desk.app.state.sessions.begin() as db:
        account = make_account(db, "沈洁", institution=desk.people.institution, now=NOW)
        identity.join(db, account, "administrator", team=None, since=NOW)
    return account


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 1440


def test_an_administrator_reads_the_numbers_sets_places_and_closes_a_team(
    desk: Desk, administrator: UUID
) -> None:
    page = desk.blank_of(administrator)
    page.goto(f"{desk.origin}/admin")
    expect(page.locator("main")).to_contain_text("履约中")
    fits(page)
    page.get_by_role("link", name="二队").click()
    page.get_by_label("上限").fill("7")
    page.locator('form[action$="/places"] button').click()
    expect(page.locator(".page-head")).to_contain_text("/ 7")
    page.get_by_label("接收新居民").uncheck()
    page.locator('form[action$="/places"] button').click()
    expect(page.locator(".page-head")).to_contain_text("暂停接收")
    expect(page.get_by_label("上限")).to_have_value("7")
    fits(page)


def test_of_two_who_write_the_agreement_the_second_sees_both_texts_and_loses_nothing(
    ready: Desk, administrator: UUID
) -> None:
    first, second = ready.blank_of(administrator), ready.blank_of(administrator)
    for page, words in ((first, "每年体检两次。"), (second, "每年体检三次。")):
        page.goto(f"{ready.origin}/admin/agreements/new/zh")
        text = page.get_by_label("文本")
        text.fill(text.input_value() + f"\n- {words}\n")
        fits(page)
    keep = first.locator('button[value="keep"]'), second.locator('button[value="keep"]')
    keep[0].click()
    expect(first.locator("main")).to_contain_text("第 2 版")
    keep[1].click()
    expect(second.get_by_role("alert")).to_contain_text("每年体检两次。")
    assert "每年体检三次。" in second.get_by_label("文本").input_value()
    second.locator('button[value="keep"]').click()
    expect(second.locator("main")).to_contain_text("第 3 版")
