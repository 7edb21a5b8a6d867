"""The quarantine by links and forms alone, as a browser without a script would use it."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from clinician_api.audit.models import AuditEntry
from clinician_api.db import Sessions
from device_drivers.wire.codec import encode
from tests.clinician_api.web.steward.conftest import Watched
from tests.clinician_api.web.test_staff import HOSTILE, send
from tests.ingest.making import make_reading

RIGHT = encode(make_reading(2)).decode()


def test_a_steward_comes_in_at_the_data_desk(watched: Watched) -> None:
    assert watched.browser.get("/", follow_redirects=False).headers["location"].startswith("/fleet")


def test_the_list_says_what_it_is_why_how_often_and_since_when(watched: Watched) -> None:
    html = watched.browser.get("/fleet/quarantine").text
    for word in ("被拒读数", "编号与内容不符", "来源无法确认", "1 次", "1 小时前", "待查看"):
        assert word in html


def test_a_kind_is_a_tab_of_its_own(watched: Watched) -> None:
    html = watched.browser.get("/fleet/quarantine?kind=unanswerable").text
    assert f'href="/fleet/quarantine/{watched.sent.stray}"' in html
    assert f'href="/fleet/quarantine/{watched.sent.refused}"' not in html


def test_what_anybody_may_have_sent_is_shown_as_text(watched: Watched) -> None:
    html = watched.item(watched.sent.stray)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_reading_is_put_right_and_replayed_by_forms(watched: Watched) -> None:
    number = watched.sent.refused
    fixed = send(watched.browser, watched.item(number), "fix", given=RIGHT, why=f"驱动写错了 {HOSTILE}")
    assert (fixed.status_code, fixed.headers["location"]) == (303, f"/fleet/quarantine/{number}")
    html = watched.item(number)
    assert "已更正，未重放" in html
    assert "<script>alert" not in html
    send(watched.browser, html, "replay", why="已更正")
    assert "已重放入库" in watched.item(number)
    assert "待查看" not in watched.browser.get("/fleet/quarantine?kind=refused_reading").text
    assert "郑数据" in watched.item(number)


def test_what_the_door_would_refuse_stays_in_the_form_with_the_reason(watched: Watched) -> None:
    number = watched.sent.refused
    answer = send(watched.browser, watched.item(number), "fix", given='{"v": "mine"}', why="试一下")
    assert answer.status_code == 422
    assert "更正后的内容仍会被拒：不符合报文格式" in answer.text
    assert "{&#34;v&#34;: &#34;mine&#34;}" in answer.text
    assert 'value="试一下"' in answer.text


def test_without_a_reason_nothing_is_done(watched: Watched) -> None:
    answer = send(watched.browser, watched.item(watched.sent.refused), "close", why="  ")
    assert answer.status_code == 422
    assert "原因" in answer.text
    assert watched.tables.count("quarantine_step") == 0


def test_a_settled_item_offers_nothing_and_stays_to_be_seen(watched: Watched) -> None:
    number = watched.sent.stray
    old = watched.item(number)
    send(watched.browser, old, "close", why="扫描器")
    assert "<form" not in re.sub(
        r"<header.*?</header>|<dialog.*?</dialog>", "", watched.item(number), flags=re.DOTALL
    )
    assert f'href="/fleet/quarantine/{number}"' in watched.browser.get("/fleet/quarantine?settled=1").text
    again = send(watched.browser, old, "close", why="扫描器")
    assert again.status_code == 303, "twice changes nothing"


def test_a_replay_that_needs_the_ledgers_life_is_not_offered_without_it(watched: Watched) -> None:
    html = watched.item(watched.sent.stray)
    assert "/replay" not in html
    assert f"hearthline ingest quarantine replay {watched.sent.stray}" in html


def test_a_doctor_is_refused_and_a_steward_sees_no_resident(watched: Watched, care: Sessions) -> None:
    assert watched.browser.get("/worklist").status_code == 403
    assert watched.browser.get(f"/residents/{watched.clinic.resident}").status_code == 403
    assert watched.browser.get("/api/v1/residents").json() == []
    watched.comes(watched.clinic.doctor)
    assert watched.browser.get("/fleet/quarantine").status_code == 403
    with care() as db:
        refused = db.scalars(select(AuditEntry.action).where(AuditEntry.outcome == "refused"))
        assert set(refused) == {"role.not_allowed"}


def test_an_item_that_is_not_there_is_a_plain_refusal(watched: Watched) -> None:
    answer = watched.browser.get("/fleet/quarantine/999")
    assert answer.status_code == 404
    assert "没有这个页面，或您无权查看" in answer.text


@pytest.mark.parametrize(
    "query", ["kind=x", "after=x", "after=2026-01-01~x", "settled=2", "after=9999-12-31~1"]
)
def test_an_address_that_makes_no_sense_is_a_plain_refusal(watched: Watched, query: str) -> None:
    answer = watched.browser.get(f"/fleet/quarantine?{query}")
    assert answer.status_code in {200, 422}
    assert "Traceback" not in answer.text


def test_pages_say_it_in_english_too(watched: Watched, app: FastAPI) -> None:
    watched.browser.post(
        "/language", data={"language": "en"}, headers={"Origin": str(watched.browser.base_url)}
    )
    html = watched.browser.get(f"/fleet/quarantine/{watched.sent.refused}").text
    assert "Refused reading" in html
    assert "Its id does not follow from its content" in html
