"""The whole loop: a cuff sends 186/112, a doctor answers by keyboard, and only the product is in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hearthline.demo.system import System, Wish, started
from tests.clinician_api.web.conftest import CHROMIUM, QUIET
from tests.conftest import missing

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000


@dataclass(frozen=True, slots=True)
class House:
    """A running system with one home, and a browser in which anybody can log in."""

    system: System
    browser: Browser

    def opened_by(self, name: str) -> Page:
        page = self.browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 1000}).new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(f"{self.system.url}/login")
        page.fill("[name=name]", name)
        page.fill("[name=password]", self.system.logins.password)
        page.press("[name=password]", "Enter")
        return page


@pytest.fixture
def house(short_path: Path) -> Iterator[House]:
    if not CHROMIUM.exists():
        missing("Chromium")
    expect.set_options(timeout=PATIENCE_MS)
    folder = short_path / "loop"
    folder.mkdir(mode=0o755)
    wish = Wish(homes=1, seed=1, seconds=600, folder=folder, port=0)
    with started(wish, lambda _: None) as system, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield House(system, browser)
        browser.close()


def listens(desk: Page) -> None:
    """The script of a page that was just loaded hears keys before it says that the page is live."""
    expect(desk.locator("#live")).to_contain_text("实时连接")


def test_a_cuffs_186_112_becomes_a_row_a_call_and_an_outcome_and_the_home_is_told_each_step(
    house: House,
) -> None:
    doctor, home = house.opened_by("doctor"), house.opened_by("resident")
    listens(doctor)
    expect(home.locator("main")).to_contain_text("还没有测量")
    house.system.air.start()

    expect(doctor.locator("[data-fresh]")).to_contain_text("1 条新提醒")
    expect(home.locator("[data-arrival]")).to_contain_text("团队已收到")
    doctor.keyboard.press("n")
    expect(doctor.locator(".row")).to_contain_text("186/112")
    doctor.keyboard.press("Enter")
    expect(doctor.locator(".strip")).to_contain_text("等待复测")
    expect(home.locator("[data-arrival]")).to_contain_text("李敏")

    doctor.keyboard.press("a")
    expect(doctor.locator(".strip .owner")).to_have_text("我")
    listens(doctor)
    doctor.keyboard.press("c")
    for key in ("Tab", "Tab", "Tab", "Enter"):
        doctor.keyboard.press(key)
    expect(home.locator("[data-arrival]")).to_contain_text("团队已与您联系")

    expect(doctor.locator("[data-key=e]")).to_be_visible()
    listens(doctor)
    doctor.keyboard.press("e")
    doctor.keyboard.press("Space")
    doctor.keyboard.press("Enter")
    expect(doctor.locator(".strip .done")).to_be_visible()
    expect(home.locator("[data-arrival]")).to_contain_text("团队已处理")
    tasks = "select outcome is not null, contacted_at is not null from care.task"
    assert house.system.connection.execute(tasks).fetchall() == [(True, True)]
