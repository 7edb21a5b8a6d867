"""The catalogue in a real browser that runs no script: written at 1440 pixels, read by a visitor at 320."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from clinician_api.identity import logins
from clinician_api.identity.logins import Visitor
from clinician_api.identity.routes import COOKIE
from tests.clinician_api.making import NOW
from tests.clinician_api.packages.places import make_administrator
from tests.clinician_api.web.conftest import Desk

pytestmark = pytest.mark.browser


def plain_page(browser: Browser, width: int, *cookies: dict[str, str]) -> Page:
    context = browser.new_context(
        locale="zh-CN", viewport={"width": width, "height": 900}, java_script_enabled=False
    )
    context.add_cookies(list(cookies))  # type: ignore[arg-type]
    return context.new_page()


def administrator(desk: Desk) -> Page:
    with desk.app.state.sessions.begin() as db:
        account = make_administrator(db, desk.people.institution)
        terms = desk.app.state.door.staff
        token = logins.log_in(db, account, Visitor("127.0.0.1", "test"), terms=terms, now=NOW)
    return plain_page(desk.browser, 1440, {"name": COOKIE, "value": token, "url": desk.origin})


def fill(page: Page, words: dict[str, str]) -> None:
    for name, said in words.items():
        page.locator(f'[name="{name}"]').fill(said)


def tick(page: Page, name: str, value: str) -> None:
    page.locator(f'input[name="{name}"][value="{value}"]').check()


def test_a_package_is_written_and_published_and_read_without_a_script(desk: Desk) -> None:
    page = administrator(desk)
    page.goto(desk.origin)
    assert page.url.endswith("/admin")
    page.get_by_role("link", name="服务包").first.click()
    page.get_by_role("link", name="新建服务包").click()
    fill(page, {"code": "feet", "name_zh": "足部护理", "name_en": "Feet", "price": "60"})
    tick(page, "population", "diabetes")
    fill(page, {"items.0.name_zh": "足部检查", "items.0.name_en": "Feet looked at", "items.0.promised": "2"})
    page.get_by_role("button", name="再加一项服务").click()
    fill(page, {"items.1.name_zh": "护理指导", "items.1.name_en": "Guidance"})
    page.get_by_role("button", name="保存草稿").last.click()
    assert page.locator(".wrongs li").count() == 4
    for item, evidence in (("items.0.", "examination"), ("items.1.", "education")):
        tick(page, f"{item}payers", "resident")
        tick(page, f"{item}evidence", evidence)
    page.get_by_role("button", name="保存草稿").last.click()
    assert page.locator(".draft .contents tbody tr").count() == 2
    page.locator("summary", has_text="发布").click()
    page.get_by_role("button", name="发布", exact=True).click()
    assert "提供中" in page.locator(".standing").inner_text()

    visitor = plain_page(desk.browser, 320)
    visitor.goto(f"{desk.origin}/packages")
    shown = visitor.locator("details[open]", has_text="足部护理").inner_text()
    assert "每年至少 2 次" in shown
    assert "护理指导" in shown
    assert visitor.locator("html").evaluate("page => page.scrollWidth") == 320
