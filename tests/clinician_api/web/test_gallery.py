"""The gallery in a real browser: no violation of WCAG 2.2 A and AA, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.architecture.tree import ROOT
from tests.clinician_api.web.gallery import pages_of, served, write

pytestmark = pytest.mark.browser

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = (1440, 390, 320)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NAMES = [f"{language}/{name}" for language in ("zh", "en") for name, _ in pages_of(language)]
LARGE = ("home", "my-", "login", "trouble", "packages", "family")
STAFFS = [each for each in NAMES if not each.split("/")[1].startswith(LARGE)]
PAPER = 680
"""Pixels that a sheet of A4 has between margins of 15 mm."""

RESIDENTS = [each for each in NAMES if each.split("/")[1].startswith(LARGE)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("gallery")
    write(folder)
    with served(folder) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


def opened(page: Page, address: str, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/{name}.html")


def at_width(page: Page, width: int) -> tuple[list[str], int]:
    """What axe finds, and how wide the page is; a page with a longer word than the screen is wider."""
    page.set_viewport_size({"width": width, "height": 844})
    return violations(page), page.evaluate("document.documentElement.scrollWidth")


def violations(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [f"{each['id']}: {[node['html'][:200] for node in each['nodes']]}" for each in found["violations"]]


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_violation_and_nothing_is_wider_than_the_screen(
    page: Page, address: str, name: str
) -> None:
    opened(page, address, name, WIDTHS[0])
    found = {width: at_width(page, width) for width in WIDTHS}
    assert found == {width: ([], width) for width in WIDTHS}


@pytest.mark.parametrize("name", RESIDENTS)
def test_what_a_resident_touches_is_at_least_60_pixels_high(page: Page, address: str, name: str) -> None:
    opened(page, address, name, 390)
    heights = page.eval_on_selector_all(
        "a, button, input:not([type=hidden]), summary",
        "all => all.filter(e => e.offsetParent).map(e => [e.outerHTML.slice(0, 80), e.offsetHeight])",
    )
    assert [each for each in heights if each[1] < 60] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_buttons_and_tabs_of_staff_are_at_least_36_pixels_high(
    page: Page, address: str, language: str
) -> None:
    low = {}
    for name in (each for each in STAFFS if each.startswith(language)):
        opened(page, address, name, 1440)
        heights = page.eval_on_selector_all(
            "button:not(.unseen), .button, summary, .tabs a, .rail a, .choice, .ticks label",
            "all => all.filter(e => e.offsetHeight).map(e => [e.outerHTML.slice(0, 80), e.offsetHeight])",
        )
        low[name] = [each for each in heights if each[1] < 36]
    assert {name: found for name, found in low.items() if found} == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_residents_page_fits_a_small_telephone_in_every_size_of_letters(
    page: Page, address: str, language: str
) -> None:
    wide = {}
    for name in (each for each in RESIDENTS if each.startswith(language)):
        opened(page, address, name, 320)
        for size in (18, 24, 30):
            page.evaluate("size => { document.documentElement.className = `size-${size}` }", size)
            wide[name, size] = page.evaluate("document.documentElement.scrollWidth")
    assert {where: width for where, width in wide.items() if width > 320} == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_paper_nothing_is_cut_off_and_nothing_can_be_pressed(
    page: Page, address: str, language: str
) -> None:
    page.emulate_media(media="print")
    wrong = {}
    for name in (each for each in NAMES if each.startswith(language)):
        opened(page, address, name, PAPER)
        width = page.evaluate("document.documentElement.scrollWidth")
        pressed = page.eval_on_selector_all(
            "button, .button, nav.rail, .foot",
            "all => all.filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 60))",
        )
        wrong[name] = [*pressed, *([width] if width > PAPER else [])]
    assert {name: found for name, found in wrong.items() if found} == {}


def test_question_mark_opens_the_help_and_escape_closes_it(page: Page, address: str) -> None:
    opened(page, address, "zh/worklist", 1440)
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()


def test_e_opens_the_panel_that_names_the_resident_and_takes_the_focus(page: Page, address: str) -> None:
    opened(page, address, "zh/worklist", 1440)
    page.keyboard.press("e")
    assert page.locator(".panel:visible h4").inner_text() == "办结 陈桂英 的提醒"
    assert page.evaluate("document.activeElement.name") == "outcome"
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert page.locator(".panel:visible").count() == 0


def test_keys_are_silent_in_fields(page: Page, address: str) -> None:
    opened(page, address, "zh/worklist", 1440)
    page.keyboard.press("e")
    page.locator(".panel:visible textarea").focus()
    page.keyboard.press("?")
    assert not page.locator("#help").is_visible()


def test_j_and_k_move_through_the_rows(page: Page, address: str) -> None:
    opened(page, address, "zh/worklist", 1440)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert "周国栋" in page.evaluate("document.activeElement.textContent")


def test_arrow_keys_step_through_a_chart_from_the_newest_reading(page: Page, address: str) -> None:
    opened(page, address, "zh/worklist", 1440)
    page.locator('[data-chart="bp-table"]').focus()
    page.keyboard.press("ArrowLeft")
    assert "182/104" in page.locator("#bp-card .tip").inner_text()
    page.keyboard.press("ArrowLeft")
    assert "179/102" in page.locator("#bp-card .tip").inner_text()


@pytest.mark.parametrize("name", ["zh/steward-unattributed", "en/steward-doubtful"])
def test_a_panel_of_the_data_desk_is_as_sound_as_its_page(page: Page, address: str, name: str) -> None:
    opened(page, address, name, 390)
    page.locator("#rows summary").first.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
