"""The catalogue's editor as a browser without a script sends it, and what visitors then read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient

from clinician_api.packages import service, wording
from tests.clinician_api.making import NOW
from tests.clinician_api.packages.offers import DAY
from tests.clinician_api.packages.places import Office, office

HERE = "/admin/packages"
PLAIN = {
    "code": "feet",
    "kind": "personal",
    "name_zh": "足部护理",
    "name_en": "Feet",
    "population": "diabetes",
    "price": "60",
    "items.0.name_zh": "足部检查",
    "items.0.name_en": "Feet looked at",
    "items.0.promised": "2",
    "items.0.most": "4",
    "items.0.payers": "resident",
    "items.0.evidence": "examination",
}


@pytest.fixture(scope="module")
def there(module_database_url: str) -> Iterator[Office]:
    yield from office(module_database_url)


def sent(browser: TestClient, path: str, form: dict[str, str]) -> tuple[int, str]:
    answer = browser.post(path, data=form)
    return answer.status_code, unescape(answer.text)


def made(there: Office, code: str) -> str:
    """The address of a new package's page."""
    browser = there.administrator()
    answer = browser.post(f"{HERE}/new", data=PLAIN | {"code": code}, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def edition(browser: TestClient, page: str) -> str:
    found = re.search(r'name="edition" value="(\d+)"', browser.get(f"{page}/draft").text)
    assert found is not None
    return found[1]


def test_a_package_is_written_published_and_read_by_a_visitor(there: Office) -> None:
    page = made(there, "feet")
    browser = there.administrator()
    assert "足部检查" in browser.get(page).text
    assert "足部护理" in browser.get(HERE).text
    visited = there.stranger().get("/packages", params=there.here).text
    assert "足部护理" not in visited
    said = {"edition": "1", "effective_from": DAY.isoformat()}
    assert sent(there.administrator(), f"{page}/publish", said)[0] == 200
    visited = there.stranger().get("/packages", params=there.here).text
    assert "足部护理" in visited
    assert "每年 2–4 次" in visited
    status, text = sent(there.administrator(), f"{page}/publish", said)
    assert (status, "没有草稿" in text) == (409, True)


def test_a_visitor_reads_every_word_that_the_agreement_has(there: Office) -> None:
    """F1: the rows of the agreement's table, all of them, and the fingerprint of what is signed."""
    page = unescape(
        there.stranger().get("/packages", params=there.here, headers={"Accept-Language": "en"}).text
    )
    with there.sessions() as db:
        offered = service.offered(db, DAY, institution=there.institution)
    rows = wording.rows([each.offer for each in offered], "en")
    unsaid = [row for row in rows for said in (row.item, row.times, row.payer, row.note) if said not in page]
    assert len(rows) > 30
    assert unsaid == []
    assert all((each.fingerprint or "-")[:12] in page for each in offered)
    assert "李医生" in page


def test_one_more_service_keeps_all_that_was_typed_and_stores_nothing(there: Office) -> None:
    typed = PLAIN | {"code": "typed", "price": "12,5", "do": "add"}
    status, text = sent(there.administrator(), f"{HERE}/new", typed)
    assert status == 200
    assert 'value="12,5"' in text
    assert 'name="items.1.name_zh"' in text
    status, text = sent(there.administrator(), f"{HERE}/new", typed | {"do": "remove-0"})
    assert "足部检查" not in text
    assert "typed" not in there.administrator().get(HERE).text


def test_what_is_wrong_is_named_with_a_way_to_it_and_kept_as_it_was_typed(there: Office) -> None:
    bad = PLAIN | {"code": "Bad Code", "price": "12,5", "items.0.most": "1", "name_en": ""}
    status, text = sent(there.administrator(), f"{HERE}/new", bad)
    assert status == 422
    wrong = re.findall(r'<li><a href="#([^"]+)">', text)
    assert wrong == ["name_en", "price"]
    assert 'value="Bad Code"' in text
    status, text = sent(there.administrator(), f"{HERE}/new", bad | {"price": "12.5", "name_en": "Feet"})
    assert re.findall(r'<li><a href="#([^"]+)">', text) == ["code"]
    status, text = sent(there.administrator(), f"{HERE}/new", PLAIN | {"items.0.most": "1"})
    assert re.findall(r'<li><a href="#([^"]+)">', text) == ["items.0.most"]


def test_a_form_over_an_older_draft_is_shown_beside_the_newer_one_and_loses_nothing(there: Office) -> None:
    page = made(there, "stale")
    browser = there.administrator()
    old = edition(browser, page)
    assert sent(browser, f"{page}/draft", PLAIN | {"edition": old, "price": "70"})[0] == 200
    status, text = sent(browser, f"{page}/draft", PLAIN | {"edition": old, "name_zh": "我的名字"})
    assert status == 409
    assert "70 元/年" in text
    assert 'value="我的名字"' in text
    assert (
        sent(browser, f"{page}/draft", PLAIN | {"edition": edition(browser, page), "name_zh": "我的名字"})[0]
        == 200
    )
    assert "我的名字" in browser.get(page).text


def test_text_that_would_be_code_is_shown_as_text(there: Office) -> None:
    hostile = "{{ 7*7 }}<script>alert(1)</script>'; drop table care.package; --"[:60]
    page = made(there, "hostile")
    browser = there.administrator()
    form = PLAIN | {"edition": edition(browser, page), "name_zh": hostile, "items.0.name_zh": hostile}
    assert sent(browser, f"{page}/draft", form)[0] == 200
    shown = browser.get(page).text
    assert "<script>alert" not in shown
    assert hostile in unescape(shown)


def test_a_form_needs_its_token_and_an_administrator(there: Office) -> None:
    browser = there.administrator()
    del browser.headers["X-CSRF-Token"]
    assert browser.post(f"{HERE}/new", data=PLAIN).status_code == 403
    assert there.entered(there.people.leader).get(HERE).status_code == 403
    assert there.other_administrator().get(made(there, "ours")).status_code == 200
    page = made(there, "theirs")
    assert there.other_administrator().get(page).status_code == 404


def test_a_resident_reads_what_they_have_and_had(there: Office) -> None:
    with there.sessions.begin() as db:
        contract, visit = there.people.contract, "hypertension.visit"
        versions = [each.id for each in service.offered(db, DAY) if each.offer.code == "hypertension"]
        service.entitle(
            db,
            contract,
            versions,
            DAY.replace(year=2025, month=9, day=1),
            DAY.replace(month=8, day=31),
            now=NOW,
        )
        service.consume(db, contract, visit, event_kind="visit", event_id=there.people.team, at=NOW, now=NOW)
    text = there.entered(there.people.own_account).get("/me/services").text
    assert "已用 1 次" in text
    assert "还有 3 次" in text
    assert "2026年3月2日" in text
    path = f"/residents/{there.people.resident}/services"
    theirs = there.entered(there.people.doctor).get(path).text
    assert "面对面随访" in theirs
    assert "进行中" in theirs
    assert there.entered(there.people.other_doctor).get(path).status_code == 404
    assert there.entered(there.people.own_account).get(path).status_code == 403
