"""The administrator's pages of the agreement's text: versions, differences, a new one, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clinician_api.agreements import difference, specimen, templates
from clinician_api.agreements.text import read
from clinician_api.audit.rules import By
from clinician_api.identity import service as identity
from tests.clinician_api.making import NOW, enter, make_account
from tests.clinician_api.serving import serving
from tests.clinician_api.web.contracts.test_own_pages import send

_LIST = "/admin/agreements"
_NEW = f"{_LIST}/new/zh"


@pytest.fixture(scope="module")
def browser(module_database_url: str) -> Iterator[TestClient]:
    with serving(module_database_url) as found:
        with cast("FastAPI", found.app).state.sessions.begin() as db:
            templates.begin(db, By(), now=NOW)
            house = identity.create_institution(db, "曹杨", phone="051257600009")
            account = make_account(db, "沈洁", institution=house, now=NOW)
            identity.join(db, account, "administrator", team=None, since=NOW)
        enter(found, account)
        yield found


def body(browser: TestClient) -> str:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        return templates.in_force(db, NOW.date())["zh"].body


def test_what_went_stands_before_what_came() -> None:
    lines = difference.between("a\nb\nc", "a\nd\nc")
    assert [(each.kind, each.words) for each in lines] == [
        ("same", "a"),
        ("gone", "b"),
        ("new", "d"),
        ("same", "c"),
    ]


def test_a_new_version_is_written_and_an_old_form_loses_nothing(browser: TestClient) -> None:
    form = browser.get(_NEW).text
    ours, theirs = f"{body(browser)}\n我们的一条。", f"{body(browser)}\n别人的一条。"
    kept = send(browser, form, _NEW, do="keep", body=theirs, since="2026-04-01")
    assert "第 2 版" in kept.text
    late = send(browser, form, _NEW, do="keep", body=ours, since="2026-04-01")
    assert late.status_code == 409
    assert "别人的一条。" in late.text
    assert "我们的一条。" in late.text
    after = send(browser, late.text, _NEW, do="keep", body=ours, since="2026-05-01")
    assert "第 3 版" in after.text
    newest = next(
        each for each in after.text.split('"') if each.startswith(f"{_LIST}/") and "new" not in each
    )
    assert "<ins>我们的一条。</ins>" in browser.get(newest).text
    assert len(browser.get("/api/v1/agreements/templates").json()) == 4


@pytest.mark.parametrize(
    ("text", "since", "words"),
    [
        ("# 没有表格 $resident", "2026-04-01", "begins"),
        ("{{ 7*7 }}<script>alert(1)</script>$nobody", "2026-04-01", "nobody"),
        ("", "2026-02-30", "这一天"),
        ("", "2026-03-01", "开始日期不能早于今天"),
    ],
)
def test_a_text_that_could_not_be_agreed_to_comes_back_as_typed(
    browser: TestClient, text: str, since: str, words: str
) -> None:
    answer = send(browser, browser.get(_NEW).text, _NEW, body=text or body(browser), since=since)
    assert answer.status_code == 422
    assert words in answer.text
    assert "<script>alert" not in answer.text
    assert since in answer.text


def test_a_new_text_is_seen_printed_before_it_is_kept(browser: TestClient) -> None:
    answer = send(browser, browser.get(_NEW).text, _NEW, do="print", body=body(browser), since="")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content == specimen.pdf({"zh": read(body(browser))}, at=NOW)


def test_the_text_of_several_houses_is_left_to_whoever_runs_the_server(browser: TestClient) -> None:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        identity.create_institution(db, "别处", phone="051257600009")
    answer = send(browser, browser.get(_NEW).text, _NEW, body=body(browser), since="2026-06-01")
    assert answer.status_code == 422
    new = {"language": "zh", "body": body(browser), "since": "2026-06-01", "base": 3}
    assert browser.post("/api/v1/agreements/templates", json=new).status_code == 403
