"""Stars and complaints as a browser without a script sends them, and the supervisor's desk that answers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clinician_api.contracts import book
from clinician_api.identity import service as identity
from tests.clinician_api.making import (
    NOW,
    Clinic,
    clinic,
    enter,
    make_contract,
    make_resident,
    make_supervisor,
)
from tests.clinician_api.serving import serving
from tests.clinician_api.web.contracts.test_own_pages import INJECTED, send


@pytest.fixture(scope="module")
def browser(module_database_url: str) -> Iterator[TestClient]:
    with serving(module_database_url) as found:
        yield found


@pytest.fixture(scope="module")
def there(browser: TestClient) -> Clinic:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        return clinic(db)


def test_a_year_is_rated_once_and_a_bad_one_is_answered_by_a_supervisor(
    browser: TestClient, there: Clinic
) -> None:
    enter(browser, there.own_account)
    path = f"/me/contract/{there.contract}/rating"
    form = browser.get(path).text
    assert send(browser, form, path, words="too early").status_code == 422
    sent = send(browser, form, path, stars="1", tags="hard_to_reach", words=INJECTED)
    assert sent.url.path == "/me/complaints"
    assert "3月4日" in sent.text
    again = send(browser, form, path, stars="5", words="I kept this")
    assert again.status_code == 409
    assert "I kept this" in again.text

    enter(browser, there.supervisor)
    desk = browser.get("/complaints").text
    assert "<script>alert(1)" not in desk
    assert "很难联系上" in desk
    assert "王秀英" not in desk
    (answers,) = {each for each in desk.split('"') if each.startswith("/complaints/")}
    assert send(browser, desk, answers, answer=" ").status_code == 422
    assert send(browser, desk, answers, answer="我们会回电。").status_code == 200
    late = send(browser, desk, answers, answer="我也写了")
    assert late.status_code == 409
    assert "我也写了" in late.text
    assert "我们会回电。" in browser.get("/complaints?tab=answered").text

    enter(browser, there.own_account)
    assert "我们会回电。" in browser.get("/me/complaints").text


def test_a_complaint_by_itself_waits_at_the_desk_of_its_own_house_alone(
    browser: TestClient, there: Clinic
) -> None:
    enter(browser, there.own_account)
    form = browser.get("/me/complaints").text
    send(browser, form, f"/me/contract/{there.contract}/complaint", words="没有人来。")
    enter(browser, there.supervisor)
    desk = browser.get("/complaints").text
    assert "没有人来。" in desk
    answers = next(each for each in desk.split('"') if each.startswith("/complaints/"))
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        elsewhere = identity.create_institution(db, "别处", phone="051257600009")
        stranger = make_supervisor(db, elsewhere)
    enter(browser, stranger)
    assert "没有人来。" not in browser.get("/complaints").text
    assert browser.post(answers, data={"answer": "x"}).status_code == 404
    enter(browser, there.doctor)
    assert browser.get("/complaints").status_code == 403


def test_what_supervisors_read_of_a_resident_is_written_down(browser: TestClient, there: Clinic) -> None:
    enter(browser, there.supervisor)
    browser.get("/complaints")
    enter(browser, there.own_account)
    assert "钱主任" in browser.get("/me/looks").text


def test_a_fee_is_given_back_once_and_by_the_house_that_owes_it(browser: TestClient, there: Clinic) -> None:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        owing = make_contract(db, make_resident(db, "陈桂英"), there.other_team)
        row = book.find(db, owing)
        row.fee, row.fee_state, row.state, row.ended_at = Decimal(240), "refund_due", "terminated", NOW
        row.why = "own_wish"
    enter(browser, there.supervisor)
    desk = browser.get("/refunds").text
    assert "陈*英" in desk
    assert "陈桂英" not in desk
    assert "¥ 240.00" in desk
    assert "没有需要退还的费用" in send(browser, desk, f"/refunds/{owing}").text
    assert send(browser, desk, f"/refunds/{owing}").status_code == 409
    enter(browser, there.doctor)
    assert browser.get("/refunds").status_code == 403
