"""Sign, renew, change the team and end it in a real browser: at 320 pixels, and the administrator at 1440."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from clinician_api.agreements import templates
from clinician_api.agreements.seals import FolderSeals
from clinician_api.agreements.service import Archive
from clinician_api.audit.rules import By
from clinician_api.identity import service as identity
from clinician_api.kms import FolderKms
from clinician_api.packages.starter import publish_starter
from clinician_api.vault import DiskVault
from tests.clinician_api.making import NOW, make_account, make_resident
from tests.clinician_api.web.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def newcomer(desk: Desk, tmp_path: Path) -> UUID:
    """Somebody without a contract, on a server that has texts, packages and a place for what is signed."""
    vault = DiskVault(tmp_path / "vault", FolderKms(tmp_path / "keys"))
    desk.app.state.archive = Archive(vault, FolderSeals(tmp_path / "seals"))
    with desk.app.state.sessions.begin() as db:
        templates.begin(db, By(), now=NOW)
        publish_starter(db, By(), effective_from=NOW.date(), now=NOW)
        return make_account(db, "陈美华", resident=make_resident(db, "陈美华"), now=NOW)


def small(desk: Desk, account: UUID) -> Page:
    page = desk.blank_of(account)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{desk.origin}/me/contract")
    return page


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_resident_signs_up_in_five_screens_and_the_doctor_answers_and_signs(
    desk: Desk, newcomer: UUID
) -> None:
    page = small(desk, newcomer)
    page.get_by_role("link", name="去签约").click()
    for n, press in enumerate(("一队", "下一步", "我同意", "提交申请"), start=1):
        expect(page.locator(".progress")).to_contain_text(f"第 {n} 步")
        fits(page)
        page.locator("main a.card, main button.main").filter(has_text=press).first.click()
    expect(page.locator("main")).to_contain_text("等待团队答复")
    doctor = desk.blank_of(desk.people.doctor)
    doctor.goto(f"{desk.origin}/contracts")
    doctor.get_by_role("link", name="陈美华").click()
    doctor.locator("summary", has_text="接收…").first.click()
    doctor.get_by_role("button", name="接收", exact=True).click()
    page.reload()
    page.get_by_role("link", name="看协议并签字").click()
    fits(page)
    page.get_by_label("协议我已看过").check()
    page.get_by_role("button", name="签字", exact=True).click()
    expect(page.locator("main")).to_contain_text("等医生签字")
    doctor.reload()
    doctor.locator("summary", has_text="签字…").click()
    doctor.get_by_label("我已看过下面的协议").check()
    doctor.get_by_role("button", name="签字", exact=True).click()
    expect(doctor.locator(".page-head .state")).to_have_class("state signed")


@pytest.mark.usefixtures("newcomer")
def test_a_resident_renews_withdraws_asks_another_team_and_ends_it(desk: Desk) -> None:
    page = small(desk, desk.people.own_account)
    page.get_by_role("link", name="续约").click()
    page.get_by_label("2 年").check()
    fits(page)
    page.get_by_role("button", name="确定续约").click()
    expect(page.locator("main")).to_contain_text("等待团队答复")
    page.locator("summary", has_text="撤回申请").click()
    page.get_by_role("button", name="确定撤回").click()
    page.get_by_role("link", name="更换团队").click()
    page.get_by_label("二队").check()
    page.locator('input[value="moved"]').check()
    fits(page)
    page.get_by_role("button", name="申请新团队").click()
    expect(page.locator("main")).to_contain_text("新团队")
    page.locator("summary", has_text="撤回申请").click()
    page.get_by_role("button", name="确定撤回").click()
    page.get_by_role("link", name="解除签约").click()
    page.locator('input[value="own_wish"]').check()
    fits(page)
    page.get_by_role("button", name="解除签约").click()
    expect(page.locator("main")).to_contain_text("现在没有团队看您的读数")


def test_an_administrator_reads_the_numbers_and_closes_a_team(desk: Desk) -> None:
    with desk.app.state.sessions.begin() as db:
        account = make_account(db, "沈洁", institution=desk.people.institution, now=NOW)
        identity.join(db, account, "administrator", team=None, since=NOW)
    page = desk.blank_of(account)
    page.goto(f"{desk.origin}/admin")
    expect(page.locator(".sums")).to_contain_text("履约中")
    page.get_by_role("link", name="二队").click()
    page.get_by_label("接收新居民").uncheck()
    page.locator('form[action$="/places"] button').click()
    expect(page.locator(".page-head")).to_contain_text("暂停接收")
