"""What people do on the pages of a contract, one after the other, in a browser."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

from tests.clinician_api.web.conftest import Desk

SMALL: Final = 320
SCREENS: Final = ("一队", "下一步", "我同意", "提交申请")
"""What is pressed on each of the first four."""


def small(desk: Desk, account: UUID, *, is_scripted: bool = True) -> Page:
    """The contract's page on the narrowest telephone."""
    page = desk.blank_of(account, width=SMALL, is_scripted=is_scripted)
    page.goto(f"{desk.origin}/me/contract")
    return page


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]  # type: ignore[index]  # a size is set


def next_of(page: Page, press: str) -> Locator:
    """The one action of a screen."""
    return page.locator("main a.card, main button.main").filter(has_text=press).first


def asks_a_team(page: Page) -> None:
    """From one's contract's page through four screens, to the wait for an answer."""
    page.get_by_role("link", name="去签约").click()
    for n, press in enumerate(SCREENS, start=1):
        expect(page.locator(".progress")).to_contain_text(f"第 {n} 步")
        fits(page)
        next_of(page, press).click()
    expect(page.locator("main")).to_contain_text("等待团队答复")


def is_accepted(doctor: Page, name: str) -> None:
    """By the team, from its queue."""
    doctor.get_by_role("link", name=name).click()
    doctor.locator("summary", has_text="接收…").first.click()
    doctor.get_by_role("button", name="接收", exact=True).click()
    expect(doctor.locator(".page-head .state")).to_have_class("state accepted")


def signs(page: Page, *ticks: str) -> None:
    """The fifth screen, on the resident's side."""
    page.goto(page.url)
    page.get_by_role("link", name="看协议并签字").click()
    fits(page)
    for label in ("协议我已看过", *ticks):
        page.get_by_label(label).check()
    page.get_by_role("button", name="签字", exact=True).click()
    expect(page.locator("main")).to_contain_text("等医生签字")


def is_signed(doctor: Page) -> None:
    """By the doctor, who has the case open."""
    doctor.goto(doctor.url)
    doctor.locator("summary", has_text="签字…").click()
    doctor.get_by_label("我已看过下面的协议").check()
    doctor.get_by_role("button", name="签字", exact=True).click()
    expect(doctor.locator(".page-head .state")).to_have_class("state signed")


def queue_of(desk: Desk, account: UUID, *, is_scripted: bool = True) -> Page:
    page = desk.blank_of(account, is_scripted=is_scripted)
    page.goto(f"{desk.origin}/contracts")
    return page
