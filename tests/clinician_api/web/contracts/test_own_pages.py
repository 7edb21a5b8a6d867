"""Signing up, renewing, changing and ending as a browser without a script does it; and what is refused."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import cast
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import update

from clinician_api.contracts import turning
from clinician_api.identity.models import IdentityDocument
from clinician_api.identity.rules import csrf_token
from tests.clinician_api.contracts.signing_up import Town, accepted, agree, both_sign
from tests.clinician_api.identity.test_numbers import number_of
from tests.clinician_api.making import NOW, HandClock, enter

_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_0-9]+)" value="([^"]*)">')
INJECTED = "<script>alert(1)</script>{{ 7*7 }}'; drop table contract --"


@pytest.fixture
def browser(visitor: TestClient) -> TestClient:
    return visitor


def _app(browser: TestClient) -> FastAPI:
    return cast("FastAPI", browser.app)


def send(browser: TestClient, html: str, action: str, **typed: str) -> Response:
    """The form of that address, with what it holds and what somebody types."""
    form = next(
        each for each in re.findall(r"<form.*?</form>", html, re.DOTALL) if f'action="{action}"' in each
    )
    fields: dict[str, str | list[str]] = {}
    for name, value in _HIDDEN.findall(form):
        fields[name] = [*fields.get(name, []), value]
    return post(browser, action, {**fields, **typed})


def post(browser: TestClient, action: str, fields: dict[str, str | list[str]]) -> Response:
    """As a form: without the header that scripts send."""
    token = browser.headers.pop("X-CSRF-Token")
    answer = browser.post(action, data=fields)
    browser.headers["X-CSRF-Token"] = token
    return answer


def signed_up(browser: TestClient, here: Town) -> str:
    """Through the first four screens; the contract's path on the team's side."""
    enter(browser, here.account)
    teams = browser.get("/me/contract/new").text
    to_packages = f"/me/contract/new/packages?team={here.there.team}"
    assert f'href="{to_packages}"' in teams
    ticked = re.findall(r'name="packages" value="([^"]+)" checked', browser.get(to_packages).text)
    assert ticked
    query = {"team": str(here.there.team), "packages": ticked}
    consent = browser.get("/me/contract/new/consent", params=query)
    check = send(browser, consent.text, "/me/contract/new/consent")
    assert "核对一下" in check.text
    done = send(browser, check.text, "/me/contract/new")
    assert "等待团队答复" in done.text
    enter(browser, here.there.doctor)
    found = re.search(r'href="(/contracts/[0-9a-f-]+)"', browser.get("/contracts").text)
    assert found
    return found[1]


def test_five_screens_lead_from_nothing_to_a_contract_that_both_have_signed(
    browser: TestClient, here: Town
) -> None:
    path = signed_up(browser, here)
    case = browser.get(path).text
    assert "陈美华" in case
    assert "已受理" in send(browser, case, f"{path}/accept").text
    enter(browser, here.account)
    own = f"/me{path.replace('contracts', 'contract')}"
    paper = browser.get(f"{own}/sign").text
    unread = send(browser, paper, f"{own}/sign")
    assert (unread.status_code, "请把协议看完" in unread.text) == (422, True)
    mine = send(browser, paper, f"{own}/sign", has_read="true")
    assert "等医生签字" in mine.text
    assert browser.get(f"{own}/agreement").content.startswith(b"%PDF-")
    enter(browser, here.there.doctor)
    done = send(browser, browser.get(path).text, f"{path}/sign", has_read="true")
    assert "已签署，待生效" in done.text
    enter(browser, here.account)
    assert b"/ByteRange" in browser.get(f"{own}/agreement").content


def test_whose_card_is_not_known_types_its_number_on_the_last_screen_and_loses_nothing(
    browser: TestClient, here: Town
) -> None:
    enter(browser, here.account)
    with _app(browser).state.sessions.begin() as db:
        agree(db, here.newcomer, here.account)
        mine = IdentityDocument.resident == here.newcomer
        db.execute(update(IdentityDocument).where(mine).values(superseded_at=NOW))
    assert 'href="/me/identity"' in browser.get("/me/contract").text
    check = browser.get("/me/contract/new/check", params={"team": str(here.there.team)}).text
    refused = send(browser, check, "/me/contract/new", number="110105195405060013")
    assert refused.status_code == 422
    assert 'value="110105195405060013"' in refused.text
    assert 'role="alert"' in refused.text
    number = number_of("19540506", "555")
    assert "等待团队答复" in send(browser, refused.text, "/me/contract/new", number=number).text
    page = browser.get("/me/identity").text
    assert (f"{number[:6]}********{number[-4:]}" in page, number in page) == (True, False)


def test_a_refusal_needs_words_and_tells_the_resident_which_teams_have_room(
    browser: TestClient, here: Town
) -> None:
    path = signed_up(browser, here)
    case = browser.get(path).text
    short = send(browser, case, f"{path}/refuse", cause="out_of_area", words="远")
    assert (short.status_code, "至少五个字" in short.text) == (422, True)
    whyless = send(browser, case, f"{path}/refuse", cause="", words=INJECTED)
    assert (whyless.status_code, "请选择一个原因" in whyless.text) == (422, True)
    assert "&lt;script&gt;" in whyless.text
    send(browser, case, f"{path}/refuse", cause="out_of_area", words=INJECTED)
    enter(browser, here.account)
    html = browser.get("/me/contract").text
    assert "居住地不在服务区" in html
    assert "二队" in html
    assert "<script>alert" not in html


def test_without_consent_nobody_applies_and_nothing_is_kept(browser: TestClient, here: Town) -> None:
    enter(browser, here.account)
    form = {"team": str(here.there.team), "csrf": csrf_token(browser.cookies["hl_login"], None)}
    refused = post(browser, "/me/contract/new", {**form})
    assert (refused.status_code, "还没有您的同意" in refused.text) == (403, True)
    assert "您还没有家庭医生" in browser.get("/me/contract").text


def active(browser: TestClient, here: Town) -> str:
    """A contract that is in force since yesterday; the path of its resident's pages."""
    with _app(browser).state.sessions.begin() as db:
        agree(db, here.newcomer, here.account)
        contract = both_sign(db, here, accepted(db, here)).id
    clock = cast("HandClock", _app(browser).state.clock)
    clock.turn(timedelta(days=2))
    with _app(browser).state.sessions.begin() as db:
        turning.turn(db, here.newcomer, now=clock.now)
    enter(browser, here.account)
    return f"/me/contract/{contract}"


def test_renewing_is_one_form_and_an_old_one_of_it_is_refused_without_a_second_contract(
    browser: TestClient, here: Town
) -> None:
    path = active(browser, here)
    form = browser.get(f"{path}/renew").text
    assert "2028年3月2日" in form
    assert "等待团队答复" in send(browser, form, f"{path}/renew", years="1").text
    again = send(browser, form, f"{path}/renew", years="1")
    assert (again.status_code, "您已经申请了一个团队" in again.text) == (409, True)
    forever = send(browser, form, f"{path}/renew", years="9")
    assert forever.status_code in {409, 422}


def test_the_team_is_changed_for_a_reason_that_holds_and_for_no_other(
    browser: TestClient, here: Town
) -> None:
    path = active(browser, here)
    form = browser.get(f"{path}/change").text
    other = str(here.there.other_team)
    too_soon = send(browser, form, f"{path}/change", team=other, because="own_wish")
    assert (too_soon.status_code, "须签满六个月" in too_soon.text) == (403, True)
    assert send(browser, form, f"{path}/change", because="moved").status_code == 422
    assert send(browser, form, f"{path}/change", team=str(uuid4()), because="moved").status_code == 404
    done = send(browser, form, f"{path}/change", team=other, because="moved")
    assert "新团队" in done.text
    assert "履约中" in done.text


def test_ending_it_says_what_stops_and_needs_a_reason(browser: TestClient, here: Town) -> None:
    path = active(browser, here)
    form = browser.get(f"{path}/end").text
    assert "30 天内" in form
    assert send(browser, form, f"{path}/end").status_code == 422
    assert send(browser, form, f"{path}/end", cause="died").status_code == 403
    past = send(browser, form, f"{path}/end", cause="own_wish", stops="2020-01-01")
    assert (past.status_code, "最后一天" in past.text) == (422, True)
    ended = send(browser, form, f"{path}/end", cause="own_wish", words=INJECTED)
    assert "已解约" in ended.text
    assert "现在没有团队看您的读数" in ended.text


def test_a_strangers_contract_is_none_on_every_page(browser: TestClient, here: Town) -> None:
    path = active(browser, here)
    enter(browser, here.there.own_account)
    pages = ("sign", "renew", "change", "end", "agreement")
    assert {browser.get(f"{path}/{page}").status_code for page in pages} == {404}
    enter(browser, here.there.other_doctor)
    assert browser.get(path.replace("/me/contract", "/contracts")).status_code == 404
