"""Sign, renew, change the team and end it in a real browser, at 320 pixels."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.clinician_api.contracts.signing_up import agree, known
from tests.clinician_api.making import HandClock
from tests.clinician_api.web.conftest import Desk
from tests.clinician_api.web.contracts.walking import (
    SCREENS,
    asks_a_team,
    fits,
    is_accepted,
    is_signed,
    queue_of,
    signs,
    small,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("is_scripted", [True, False], ids=["with a script", "without a script"])
def test_a_resident_signs_up_in_five_screens_and_the_doctor_answers_and_signs(
    ready: Desk, newcomer: UUID, *, is_scripted: bool
) -> None:
    page = small(ready, newcomer, is_scripted=is_scripted)
    asks_a_team(page)
    doctor = queue_of(ready, ready.people.doctor, is_scripted=is_scripted)
    is_accepted(doctor, "陈美华")
    signs(page)
    is_signed(doctor)


def test_a_resident_signs_up_with_the_keyboard_alone(ready: Desk, newcomer: UUID) -> None:
    page = small(ready, newcomer)
    _reach(page, "去签约")
    for n, press in enumerate(SCREENS, start=1):
        expect(page.locator(".progress")).to_contain_text(f"第 {n} 步")
        _reach(page, press)
    expect(page.locator("main")).to_contain_text("等待团队答复")
    is_accepted(queue_of(ready, ready.people.doctor), "陈美华")
    page.reload()
    _reach(page, "看协议并签字")
    expect(page.locator(".agreed")).to_be_visible()
    _reach(page, "协议我已看过", key="Space")
    _reach(page, "签字")
    expect(page.locator("main")).to_contain_text("等医生签字")


def _reach(page: Page, words: str, key: str = "Enter") -> None:
    """With the tab key from the top of the page to what says these words, and press it."""
    for _ in range(40):
        page.keyboard.press("Tab")
        said = "(e => e.labels?.length ? e.labels[0].innerText : e.innerText)(document.activeElement)"
        if words in page.evaluate(said):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            page.keyboard.press(key)
            return
    pytest.fail(f"the tab key never reaches {words}")


@pytest.fixture
def consenting(ready: Desk) -> Desk:
    """Whose contract runs has agreed to be cared for."""
    with ready.app.state.sessions.begin() as db:
        agree(db, ready.people.resident, ready.people.own_account, kms=ready.app.state.kms)
    return ready


def test_who_has_not_agreed_yet_is_led_to_where_they_can(ready: Desk) -> None:
    with ready.app.state.sessions.begin() as db:
        known(db, ready.people.resident, kms=ready.app.state.kms)
    page = small(ready, ready.people.own_account)
    page.get_by_role("link", name="续约").click()
    page.get_by_role("button", name="确定续约").click()
    expect(page.locator("main")).to_contain_text("还没有您的同意")
    page.get_by_role("link", name="返回").click()
    page.get_by_role("button", name="我同意").first.click()
    page.goto(f"{ready.origin}/me/contract/{ready.people.contract}/renew")
    page.get_by_role("button", name="确定续约").click()
    expect(page.locator("main")).to_contain_text("等待团队答复")


def test_a_resident_renews_withdraws_asks_another_team_and_ends_it(consenting: Desk) -> None:
    ready = consenting
    page = small(ready, ready.people.own_account)
    page.get_by_role("link", name="续约").click()
    page.get_by_label("2 年").check()
    fits(page)
    page.get_by_role("button", name="确定续约").click()
    expect(page.locator("main")).to_contain_text("等待团队答复")
    page.locator("summary", has_text="撤回申请").click()
    page.get_by_role("button", name="确定撤回").click()
    _asks_another_team(page)
    page.locator("summary", has_text="撤回申请").click()
    page.get_by_role("button", name="确定撤回").click()
    page.get_by_role("link", name="解除签约").click()
    page.locator('input[value="own_wish"]').check()
    fits(page)
    page.get_by_role("button", name="解除签约").click()
    expect(page.locator("main")).to_contain_text("现在没有团队看您的读数")
    assert _sees(ready, ready.people.doctor) == 404


def _asks_another_team(page: Page) -> None:
    page.get_by_role("link", name="更换团队").click()
    page.get_by_label("二队").check()
    page.locator('input[value="moved"]').check()
    fits(page)
    page.get_by_role("button", name="申请新团队").click()
    expect(page.locator("main")).to_contain_text("新团队")


def test_who_changes_the_team_is_never_without_one_and_the_old_team_loses_sight_that_second(
    consenting: Desk,
) -> None:
    ready, people = consenting, consenting.people
    page = small(ready, people.own_account)
    _asks_another_team(page)
    doctor = queue_of(ready, people.other_doctor)
    is_accepted(doctor, "王秀英")
    signs(page)
    is_signed(doctor)
    clock: HandClock = ready.app.state.clock
    clock.turn(timedelta(hours=14, minutes=59, seconds=59))
    assert (_sees(ready, people.doctor), _sees(ready, people.other_doctor)) == (200, 404)
    clock.turn(timedelta(seconds=1))
    assert (_sees(ready, people.doctor), _sees(ready, people.other_doctor)) == (404, 200)
    page = small(ready, people.own_account)
    expect(page.locator(".stand").first).to_contain_text("二队")


def _sees(desk: Desk, account: UUID) -> int:
    """The status of the resident's page for a member of staff who logs in at this moment."""
    answer = desk.blank_of(account).request.get(f"{desk.origin}/residents/{desk.people.resident}")
    return answer.status
