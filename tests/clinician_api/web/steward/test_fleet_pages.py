"""The fleet, waiting and doubted readings by links and forms alone."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from alerts.store.failures import Failure, note
from ingest.store.meters import advance
from tests.clinician_api.fleet import LATER
from tests.clinician_api.web.steward.conftest import Watched
from tests.clinician_api.web.test_staff import HOSTILE, send
from tests.ingest.making import CUFF, NOON, make_arrival, make_reading


def test_the_table_says_all_that_is_asked_of_it(watched: Watched) -> None:
    advance(watched.tables.connection)
    html = watched.browser.get("/fleet").text
    for word in (
        "血压计",
        "BP-1001",
        "王秀英",
        "花桥镇社区卫生服务中心",
        "80%",
        "blood_pressure 1",
        "0.0%",
        "从未联系",
    ):
        assert word in html


def test_a_row_leads_to_its_gateway(watched: Watched) -> None:
    page = watched.browser.get(f"/fleet/gateways/{watched.gateway.gateway}").text
    assert str(watched.gateway.gateway) in page
    assert "最近收到" in page
    assert watched.gateway.public[:16] in page


def test_who_is_silent_is_not_known_where_nobody_judges_it(watched: Watched) -> None:
    assert "现在谁失联并不清楚" in watched.browser.get("/fleet").text
    watched.tables.connection.execute("update ingest.silence_watch set judged_at = %s", (LATER,))
    assert "现在谁失联并不清楚" not in watched.browser.get("/fleet").text


def test_one_ticket_stands_for_a_gateway_and_leads_to_it(watched: Watched) -> None:
    gateway = str(watched.gateway.gateway)
    watched.tables.connection.execute(
        "insert into ingest.ticket (cause, subject, since, opened_at) values ('gateway', %s, %s, %s)",
        (gateway, NOON, NOON),
    )
    html = watched.browser.get("/fleet").text
    assert "1 张未结工单" in html
    assert html.count(f'<a href="/fleet/gateways/{gateway}"><code>') == 1


def test_a_trouble_is_a_tab_of_its_own(watched: Watched) -> None:
    assert "BP-1001" in watched.browser.get("/fleet?trouble=never_heard").text
    assert "没有网关或设备有此问题" in watched.browser.get("/fleet?trouble=low_battery").text


def test_a_waiting_reading_is_given_by_a_form(watched: Watched) -> None:
    stranger = make_reading(7, user=3)
    watched.tables.send(watched.gateway, watched.gateway.seal(stranger))
    html = watched.browser.get("/fleet/unattributed").text
    assert "128/82" in html
    assert "3 号用户位" in html
    who = str(watched.clinic.resident)
    given = send(watched.browser, html, "attribute", resident=who, why=f"她的 {HOSTILE}")
    assert (given.status_code, given.headers["location"]) == (303, "/fleet/unattributed")
    assert "每条读数都有归属" in watched.browser.get("/fleet/unattributed").text
    assert watched.tables.one("select resident from ingest.reading_step") == watched.clinic.resident


def test_a_dismissed_reading_stands_with_who_and_why(watched: Watched) -> None:
    watched.tables.send(watched.gateway, watched.gateway.seal(make_reading(7, user=3)))
    send(watched.browser, watched.browser.get("/fleet/unattributed").text, "dismiss", why=f"试用 {HOSTILE}")
    html = watched.browser.get("/fleet/unattributed?settled=1").text
    assert "郑数据" in html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_form_about_nobody_of_the_home_is_refused_in_plain_words(watched: Watched) -> None:
    watched.tables.send(watched.gateway, watched.gateway.seal(make_reading(7, user=3)))
    html = watched.browser.get("/fleet/unattributed").text
    answer = send(watched.browser, html, "attribute", resident=str(watched.clinic.stranger), why="她的")
    assert answer.status_code == 422
    assert "此人在那户家中从未有过设备" in answer.text
    assert "她的" in answer.text


def test_a_doubted_reading_is_looked_at_by_a_form(watched: Watched) -> None:
    first, second = make_arrival(heard_at=NOON), make_arrival(heard_at=NOON)
    watched.tables.send(watched.gateway, watched.gateway.seal(first))
    watched.tables.send(watched.gateway, watched.gateway.seal(second))
    html = watched.browser.get("/fleet/doubtful").text
    assert "与另一条相同" in html
    assert "王秀英" in html
    send(watched.browser, html, "looked", why="连测两次")
    assert "没有存疑的读数" in watched.browser.get("/fleet/doubtful").text
    assert "连测两次" in watched.browser.get("/fleet/doubtful?settled=1").text


def test_what_no_rule_could_judge_is_named_without_a_value(watched: Watched) -> None:
    assert "全部读数都已判定" in watched.browser.get("/fleet/failed").text
    note(watched.tables.connection, [Failure(watched.clinic.resident, "ValueError", uuid4(), 1, 1)], NOON)
    html = watched.browser.get("/fleet/failed").text
    assert "王秀英" in html
    assert "ValueError" in html


def test_the_rail_counts_what_waits(watched: Watched) -> None:
    meter = replace(CUFF, key="<i>BP</i>")
    watched.tables.send(watched.gateway, watched.gateway.seal(make_reading(7, user=3, meter=meter)))
    html = watched.browser.get("/fleet/unattributed").text
    assert '<b class="badge">1</b>' in html
    assert "<i>BP" not in html


@pytest.mark.parametrize(
    "path",
    [
        "/fleet?trouble=x",
        "/fleet?after=x~y",
        "/fleet/gateways/x",
        f"/fleet/gateways/{UUID(int=1)}",
        "/fleet/unattributed?after=x",
        "/fleet/doubtful?after=2026-01-01~x",
        "/fleet/failed?after=0",
    ],
)
def test_an_address_that_makes_no_sense_is_a_plain_refusal(watched: Watched, path: str) -> None:
    answer = watched.browser.get(path)
    assert answer.status_code in {404, 422}
    assert "Traceback" not in answer.text


def test_a_doctor_sees_none_of_it(watched: Watched) -> None:
    watched.comes(watched.clinic.doctor)
    paths = ("", "/unattributed", "/doubtful", "/failed", f"/gateways/{watched.gateway.gateway}")
    assert {watched.browser.get(f"/fleet{path}").status_code for path in paths} == {403}
