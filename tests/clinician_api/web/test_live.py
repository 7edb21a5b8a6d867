"""The desk in a real browser: rows appear by themselves, and the keyboard alone does the work.

Keys are heard from when the button that lists them has appeared.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.clinician_api.web.conftest import Desk

pytestmark = pytest.mark.browser


def test_a_row_appears_without_a_reload_and_is_done_with_by_keyboard_alone(desk: Desk) -> None:
    page = desk.opened_by(desk.people.doctor)
    expect(page.locator("#live")).to_contain_text("实时连接")
    home = desk.opened_by(desk.people.own_account)
    expect(home.locator("main")).to_contain_text("还没有测量")
    desk.sends()
    expect(page.locator("[data-fresh]")).to_contain_text("1 条新提醒")
    expect(page.locator(".row")).to_have_count(0)
    expect(home.locator("[data-arrival]")).to_contain_text("团队已收到")
    page.keyboard.press("n")
    expect(page.locator(".row")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#pane h2")).to_have_text("王秀英")
    expect(home.locator("[data-arrival]")).to_contain_text("李医生已查看")
    page.keyboard.press("a")
    expect(page.locator(".strip .owner")).to_have_text("我")
    expect(page.locator("[data-help]")).to_be_visible()
    page.keyboard.press("c")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(home.locator("[data-arrival]")).to_contain_text("团队已与您联系")
    expect(page.locator("[data-key=e]")).to_be_visible()
    expect(page.locator("[data-help]")).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".strip .done")).to_have_text("已调整治疗")
    expect(home.locator("[data-arrival]")).to_contain_text("团队已处理")


def test_two_doctors_want_one_alert_and_the_slower_is_told_who_has_it(desk: Desk) -> None:
    episode = desk.sends()
    first, second = (desk.opened_by(each) for each in (desk.people.doctor, desk.people.leader))
    for page in (first, second):
        page.goto(f"{desk.origin}/worklist?episode={episode}")
        expect(page.locator("[data-help]")).to_be_visible()
        # What the other does must not change this page before it acts.
        page.route("**/worklist/**", lambda route: route.abort())
    first.keyboard.press("a")
    expect(first.locator(".strip .owner")).to_have_text("我")
    second.keyboard.press("a")
    expect(second.locator(".problem h2")).to_have_text("李医生 已先处理。")


def test_a_row_changes_where_it_stands_when_somebody_else_takes_it(desk: Desk) -> None:
    episode = desk.sends()
    watching, taking = (desk.opened_by(each) for each in (desk.people.nurse, desk.people.doctor))
    expect(watching.locator(".row .owner")).to_have_text("未认领")
    expect(watching.locator("#live")).to_contain_text("实时连接")
    taking.goto(f"{desk.origin}/worklist?episode={episode}")
    expect(taking.locator("[data-help]")).to_be_visible()
    taking.keyboard.press("a")
    expect(watching.locator(".row .owner")).to_have_text("李医生")
    expect(watching.locator("[data-fresh]")).to_be_hidden()


def test_the_content_policy_is_kept_by_our_own_pages(desk: Desk) -> None:
    episode = desk.sends()
    page = desk.opened_by(desk.people.doctor)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{desk.origin}/worklist?episode={episode}&days=7")
    page.locator(".row").click()
    expect(page.locator("#pane h2")).to_have_text("王秀英")
    assert [each for each in said if "Content Security Policy" in each] == []
