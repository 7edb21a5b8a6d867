"""Applying at the counter as a browser without a script does it: by the card, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clinician_api.audit.rules import By
from clinician_api.consents import service as consents
from clinician_api.contracts import book
from clinician_api.identity import papers
from clinician_api.packages.starter import publish_starter
from tests.clinician_api.contracts.signing_up import Town, town
from tests.clinician_api.identity.test_numbers import number_of
from tests.clinician_api.making import NOW, enter, make_resident
from tests.clinician_api.serving import serving
from tests.clinician_api.web.contracts.test_own_pages import send

_CARD = "310107195405060024"


@pytest.fixture(scope="module")
def browser(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("server")
    with serving(module_database_url, folder=folder) as found:
        yield found


@pytest.fixture(scope="module")
def here(browser: TestClient) -> Town:
    state = cast("FastAPI", browser.app).state
    with state.sessions.begin() as db:
        found = town(db, kms=state.kms)
        publish_starter(db, By(), effective_from=NOW.date(), now=NOW)
        consents.withdraw(db, By(account=found.account), found.newcomer, "care", now=NOW)
        papers.state(db, state.kms, By(), found.newcomer, "resident_id", _CARD, now=NOW)
    return found


def test_a_nurse_applies_for_whoever_shows_their_card_and_agrees_on_paper(
    browser: TestClient, here: Town
) -> None:
    enter(browser, here.there.nurse)
    unknown = send(browser, browser.get("/counter").text, "/counter", number="310107195405060016")
    assert unknown.status_code == 404
    assert "还没有登记" in unknown.text
    page = send(browser, browser.get("/counter").text, "/counter", number=f" {_CARD} ").text
    assert "陈美华" in page
    chosen = {"team": str(here.there.team)}
    assert send(browser, page, "/counter/apply", **chosen).status_code == 422
    done = send(browser, page, "/counter/apply", has_agreed="true", **chosen)
    assert done.status_code == 200
    assert "已向团队提出申请" in done.text
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        (row,) = book.of_resident(db, here.newcomer)
        assert (row.state, row.source) == ("applied", "staff")
        assert consents.holds(db, here.newcomer, "care", NOW)
    twice = send(browser, page, "/counter/apply", has_agreed="true", **chosen)
    assert twice.status_code == 409


def test_nobody_is_applied_for_by_an_id_alone(browser: TestClient, here: Town) -> None:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        stranger = make_resident(db, "没有证件")
    enter(browser, here.there.nurse)
    fields = {
        "team": str(here.there.team),
        "resident": str(stranger),
        "number": "310107195405060016",
        "has_agreed": "true",
    }
    assert browser.post("/counter/apply", data=fields).status_code == 404
    enter(browser, here.account)
    assert browser.get("/counter").status_code == 403


def test_somebody_without_a_file_is_entered_and_applied_for(browser: TestClient, here: Town) -> None:
    enter(browser, here.there.nurse)
    number = number_of("19610708", "102")
    page = send(browser, browser.get("/counter").text, "/counter", number=number)
    assert page.status_code == 404
    assert "1961" in page.text
    chosen = send(
        browser, page.text, "/counter/residents", number=number, name="<b>陈新</b>", phone="138-1234 5678"
    )
    assert chosen.status_code == 200
    assert "&lt;b&gt;陈新&lt;/b&gt;" in chosen.text
    done = send(browser, chosen.text, "/counter/apply", has_agreed="true", team=str(here.there.team))
    assert "已向团队提出申请" in done.text
    again = send(
        browser, page.text, "/counter/residents", number=number, name="另一个", address="兰溪路 7 号"
    )
    assert again.status_code == 409
    assert "另一个" in again.text
    assert "兰溪路 7 号" in again.text


def test_whoever_shows_a_passport_is_entered_and_applied_for_by_it(browser: TestClient, here: Town) -> None:
    enter(browser, here.there.nurse)
    shows = {"kind": "passport", "number": "E1234567"}
    page = send(browser, browser.get("/counter").text, "/counter", **shows).text
    typed = {**shows, "name": "Marie O'Neill", "sex": "female", "born": "1970-02-28"}
    chosen = send(browser, page, "/counter/residents", **typed)
    assert chosen.status_code == 200
    done = send(browser, chosen.text, "/counter/apply", has_agreed="true", team=str(here.there.team))
    assert "已向团队提出申请" in done.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"number": "310107195405060011"}, "末位与"),
        ({"number": number_of("18800101")}, "130"),
        ({"number": number_of("20230229")}, "第 7 至 14 位"),
        ({"name": " "}, "姓名"),
        ({"phone": "'; drop table"}, "电话"),
        ({"born": "1954-02-30"}, "日历"),
        ({"kind": "passport", "number": "E7777777", "sex": "male"}, "出生日期"),
    ],
)
def test_what_is_wrong_is_said_above_what_was_typed(
    browser: TestClient, here: Town, wrong: dict[str, str], said: str
) -> None:
    enter(browser, here.there.nurse)
    number = number_of("19540506", "202")
    page = send(browser, browser.get("/counter").text, "/counter", number=number).text
    typed = {"number": number, "name": "{{7*7}}<u>", "address": "曹杨路 1 号", **wrong}
    found = send(browser, page, "/counter/residents", **typed)
    assert found.status_code == 422
    assert said in found.text
    assert "曹杨路 1 号" in found.text
    assert 'role="alert"' in found.text
    assert "name" in wrong or "{{7*7}}&lt;u&gt;" in found.text


def test_the_duty_desk_enters_nobody(browser: TestClient, here: Town) -> None:
    enter(browser, here.there.duty)
    page = send(browser, browser.get("/counter").text, "/counter", number=number_of("19540506", "302")).text
    assert "/counter/residents" not in page
    assert browser.post("/counter/residents", data={"name": "x"}).status_code == 403
