"""Two tabs: what the older one sends is refused, both versions side by side, and nothing is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import cast
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from clinician_api.agreements import templates
from clinician_api.agreements.schemas import NewTemplate
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.contracts.acts import Reading
from clinician_api.contracts.ending import Ending
from clinician_api.contracts.models import Contract
from clinician_api.db import Sessions
from clinician_api.packages.models import Package
from tests.clinician_api.agreements.agreeing import words_of
from tests.clinician_api.contracts.signing_up import Town, accepted, agree, applied, form
from tests.clinician_api.making import NOW, actor, enter
from tests.clinician_api.web.contracts.test_own_pages import active, send


@dataclass(frozen=True)
class Old:
    """A form: on which page, to where, with what typed; and of the refusal what was, is, and is kept."""

    page: str
    deed: str
    was: str
    now: str
    typed: dict[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()

    def faults(self, answer: Response) -> list[str]:
        """What is amiss with the refusal of it."""
        cells = re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", answer.text)
        sides = [] if (self.was, self.now) in pairwise(cells) else [f"cells {cells}"]
        lost = [words for words in ("页面已过时", *self.kept) if words not in answer.text]
        return [*sides, *lost, *([] if answer.status_code == 409 else [str(answer.status_code)])]


@pytest.fixture
def browser(visitor: TestClient) -> TestClient:
    return visitor


def _sessions(browser: TestClient) -> Sessions:
    found: Sessions = cast("FastAPI", browser.app).state.sessions
    return found


def _end_elsewhere(browser: TestClient, here: Town, contract: UUID) -> None:
    now = cast("FastAPI", browser.app).state.clock()
    with _sessions(browser).begin() as db:
        row = db.get_one(Contract, contract)
        contracts.terminate(db, here.resident(db, now), form(row), Ending("own_wish"), now=now)


def test_no_old_form_of_a_contract_in_force_does_anything_once_it_is_ended(
    browser: TestClient, here: Town
) -> None:
    path = active(browser, here)
    elsewhere = {"team": str(here.there.other_team), "because": "moved"}
    rest = {"cause": "other", "words": "搬到女儿家去住", "stops": "2026-12-31"}
    forms = (
        Old("renew", "renew", "履约中", "已解约", {"years": "2"}, ("2 年",)),
        Old("change", "change", "履约中", "已解约", elsewhere, ("二队", "我搬家了")),
        Old("end", "end", "履约中", "已解约", rest, ("搬到女儿家去住", "2026年12月31日", "其他原因")),
    )
    pages = [browser.get(f"{path}/{old.page}").text for old in forms]
    _end_elsewhere(browser, here, UUID(path.rpartition("/")[2]))
    answers = [
        send(browser, page, f"{path}/{old.deed}", **old.typed) for old, page in zip(forms, pages, strict=True)
    ]
    assert [old.faults(answer) for old, answer in zip(forms, answers, strict=True)] == [[], [], []]
    assert all("现在不能办理了" in browser.get(f"{path}/{old.page}").text for old in forms)


def test_a_team_that_answers_a_wish_taken_back_meanwhile_is_told_and_led_to_its_queue(
    browser: TestClient, here: Town
) -> None:
    with _sessions(browser).begin() as db:
        agree(db, here.newcomer, here.account)
        contract = applied(db, here).id
    enter(browser, here.there.doctor)
    path = f"/contracts/{contract}"
    page = browser.get(path).text
    with _sessions(browser).begin() as db:
        contracts.withdraw(db, here.resident(db), form(db.get_one(Contract, contract)), now=NOW)
    refusal = {"cause": "other", "words": "另一个团队离她更近"}
    forms = (
        Old(path, "accept", "等待团队答复", "已撤回", {"out_of_area": "在女儿家"}, ("在女儿家",)),
        Old(path, "refuse", "等待团队答复", "已撤回", refusal, ("另一个团队离她更近", "其他原因")),
    )
    answers = [send(browser, page, f"{path}/{old.deed}", **old.typed) for old in forms]
    assert [old.faults(answer) for old, answer in zip(forms, answers, strict=True)] == [[], []]
    assert all('href="/contracts"' in answer.text.partition('role="alert"')[2] for answer in answers)


def test_a_wish_is_not_taken_back_from_a_page_older_than_the_teams_answer(
    browser: TestClient, here: Town
) -> None:
    with _sessions(browser).begin() as db:
        agree(db, here.newcomer, here.account)
        contract = applied(db, here).id
    enter(browser, here.account)
    page = browser.get("/me/contract").text
    with _sessions(browser).begin() as db:
        contracts.accept(db, here.doctor(db), form(db.get_one(Contract, contract)), now=NOW)
    old = Old("", "withdraw", "等待团队答复", "已受理，请签字")
    assert old.faults(send(browser, page, f"/me/contract/{contract}/withdraw")) == []


@pytest.mark.parametrize("first", ["resident", "doctor"])
def test_who_signs_second_from_a_page_without_the_first_signature_is_shown_it(
    browser: TestClient, here: Town, first: str
) -> None:
    with _sessions(browser).begin() as db:
        agree(db, here.newcomer, here.account)
        contract = accepted(db, here).id
    enter(browser, here.there.doctor if first == "resident" else here.account)
    path = f"/contracts/{contract}" if first == "resident" else f"/me/contract/{contract}"
    page = browser.get(path if first == "resident" else f"{path}/sign").text
    with _sessions(browser).begin() as db:
        row = db.get_one(Contract, contract)
        sign = contracts.sign_as_resident if first == "resident" else contracts.sign_as_doctor
        by = actor(db, here.account if first == "resident" else here.there.doctor)
        sign(db, by, Reading(form(row), row.terms_sha256 or ""), now=NOW)
    old = Old(path, "sign", "还没有人", "居民" if first == "resident" else "医生")
    assert old.faults(send(browser, page, f"{path}/sign", has_read="true")) == []


def test_a_text_that_is_changed_under_an_open_page_leaves_what_is_signed_as_it_was(
    browser: TestClient, here: Town
) -> None:
    with _sessions(browser).begin() as db:
        agree(db, here.newcomer, here.account)
        contract = accepted(db, here).id
    enter(browser, here.account)
    page = browser.get(f"/me/contract/{contract}/sign").text
    with _sessions(browser).begin() as db:
        newest = next(each for each in templates.versions(db) if each.language == "zh")
        body = newest.body + "\n新增的一句话：每年体检两次。\n"
        new = NewTemplate(language="zh", body=body, since=NOW.date(), base=newest.version)
        templates.write(db, By(), new, now=NOW + timedelta(minutes=1))
    assert "等医生签字" in send(browser, page, f"/me/contract/{contract}/sign", has_read="true").text
    assert "新增的一句话" not in browser.get(f"/me/contract/{contract}/sign").text
    assert "新增的一句话" not in words_of(browser.get(f"/me/contract/{contract}/agreement").content)


def test_a_package_taken_off_sale_under_an_open_page_leads_back_to_those_on_offer(
    browser: TestClient, here: Town
) -> None:
    with _sessions(browser).begin() as db:
        agree(db, here.newcomer, here.account)
    enter(browser, here.account)
    choice = browser.get(f"/me/contract/new/packages?team={here.there.team}").text
    ticked = re.findall(r'name="packages" value="([^"]+)" checked', choice)
    query = {"team": str(here.there.team), "packages": ticked}
    check = browser.get("/me/contract/new/check", params=query).text
    with _sessions(browser).begin() as db:
        for package in db.query(Package):
            package.retired_from = NOW.date()
    for answer in (
        send(browser, check, "/me/contract/new"),
        browser.get("/me/contract/new/check", params=query),
    ):
        assert (answer.status_code, "已停止提供" in answer.text) == (422, True)
        assert f'href="/me/contract/new/packages?team={here.there.team}' in answer.text
