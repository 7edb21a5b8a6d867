"""The desk by links and forms alone, as a browser without a script would use it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from alerts.rules.rule import Level
from clinician_api.audit.models import AuditEntry
from clinician_api.db import Sessions
from clinician_api.triage.models import Case
from tests.clinician_api.concerns import attended, mild
from tests.clinician_api.making import HandClock, enter
from tests.clinician_api.web.conftest import Alarmed

HOSTILE = "<script>alert(1)</script>{{7*7}}{% debug %}"


@pytest.fixture
def doctor(client: TestClient, alarmed: Alarmed) -> TestClient:
    return logged_in(client, alarmed.clinic.doctor)


def logged_in(client: TestClient, account: UUID) -> TestClient:
    enter(client, account)
    # A form brings its token as a field, as browsers do.
    del client.headers["X-CSRF-Token"]
    return client


def opened(browser: TestClient, episode: UUID) -> str:
    answer = browser.get(f"/worklist?episode={episode}")
    assert answer.status_code == 200
    return answer.text


def send(browser: TestClient, html: str, action: str, **typed: str) -> Response:
    """Send the form of a page as it stands there, with what is typed into it."""
    form = re.search(rf'<form[^>]*action="[^"]*{action}"[^>]*>(.*?)</form>', html, re.DOTALL)
    assert form is not None, f"no form {action}"
    address = re.search(rf'action="([^"]*{action})"', form[0])
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1]))
    assert address is not None
    fields = {name: value.replace("&amp;", "&") for name, value in hidden.items()} | typed
    return browser.post(address[1], data=fields, follow_redirects=False)


def case_of(care: Sessions, episode: UUID) -> Case:
    with care() as db:
        return db.scalars(select(Case).where(Case.episode == episode)).one()


def refusals(care: Sessions) -> list[str]:
    with care() as db:
        return list(db.scalars(select(AuditEntry.action).where(AuditEntry.outcome == "refused")))


def test_the_worklist_shows_the_alert_with_all_that_it_must_say(doctor: TestClient) -> None:
    html = doctor.get("/worklist").text
    assert "王秀英" in html
    assert "186/112" in html
    assert "血压达到危急值" in html
    assert "等待复测" in html
    assert "剩 15 分" in html
    assert "未认领" in html
    assert "等待复测；未复测则电话联系" in html


def test_the_pane_shows_who_it_is_and_each_reading_with_its_id(doctor: TestClient, alarmed: Alarmed) -> None:
    html = opened(doctor, alarmed.episode)
    assert "<title>王秀英" in html
    assert re.search(r"31\d{4}-\d{2}-\d{5}", html)
    assert "138****5678" in html
    assert f'data-reading="{alarmed.reading}"' in html
    assert 'href="tel:13812345678"' in html


def test_claim_contact_and_resolve_go_by_forms(doctor: TestClient, care: Sessions, alarmed: Alarmed) -> None:
    claimed = send(doctor, opened(doctor, alarmed.episode), "claim")
    assert (claimed.status_code, claimed.headers["location"]) == (303, f"/worklist?episode={alarmed.episode}")
    send(doctor, opened(doctor, alarmed.episode), "contact", how="phone", note=HOSTILE)
    resolved = send(
        doctor, opened(doctor, alarmed.episode), "resolve", outcome="educated", next_follow_up="2026-03-09"
    )
    assert resolved.status_code == 303
    case = case_of(care, alarmed.episode)
    assert (case.state, case.outcome, str(case.next_follow_up)) == ("resolved", "educated", "2026-03-09")
    done = opened(doctor, alarmed.episode)
    assert "<script>alert" not in done
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}{% debug %}" in done


def test_a_critical_offers_no_snooze_and_no_end_before_a_contact(
    doctor: TestClient, alarmed: Alarmed
) -> None:
    send(doctor, opened(doctor, alarmed.episode), "claim")
    html = opened(doctor, alarmed.episode)
    assert "/snooze" not in html
    assert "/resolve" not in html
    assert "/contact" in html


def test_a_snooze_of_a_critical_is_refused_in_plain_words(
    doctor: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    html = opened(doctor, alarmed.episode)
    csrf = re.findall(r'name="csrf" value="([^"]+)"', html)[0]
    fields = {
        "csrf": csrf,
        "resident": str(alarmed.clinic.resident),
        "version": "1",
        "hours": "4",
        "reason": "x",
    }
    fields["version"] = re.findall(r'name="version" value="(\d+)"', html)[0]
    answer = doctor.post(f"/episodes/{alarmed.episode}/snooze", data=fields)
    assert answer.status_code == 403
    assert "危急提醒不能暂缓" in answer.text
    assert "case.critical_is_never_snoozed" in refusals(care)


def test_a_high_can_be_put_aside_for_a_reason_and_the_undo_takes_it_back(
    doctor: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    with care.begin() as db:
        case = attended(
            db, mild(alarmed.clinic.resident, Level.HIGH, cause="glucose_high", value="14.0 mmol/L")
        )
    send(doctor, opened(doctor, case.episode), "snooze", hours="4", reason="等待更多读数")
    assert case_of(care, case.episode).snooze_reason == "等待更多读数"
    undone = send(doctor, opened(doctor, case.episode), "undo")
    assert undone.status_code == 303
    assert case_of(care, case.episode).snoozed_until is None


def test_the_undo_is_gone_after_ten_seconds(doctor: TestClient, clock: HandClock, alarmed: Alarmed) -> None:
    send(doctor, opened(doctor, alarmed.episode), "claim")
    assert "/undo" in opened(doctor, alarmed.episode)
    clock.turn(timedelta(seconds=11))
    assert "/undo" not in opened(doctor, alarmed.episode)


def test_a_stale_form_shows_both_versions_and_keeps_what_was_typed(
    doctor: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    send(doctor, opened(doctor, alarmed.episode), "claim")
    old = opened(doctor, alarmed.episode)
    send(doctor, opened(doctor, alarmed.episode), "contact", how="unreachable")
    answer = send(doctor, old, "contact", how="phone", note=f"打了两次 {HOSTILE}")
    assert answer.status_code == 409
    assert "页面已过时" in answer.text
    assert "您页面上的" in answer.text
    assert "打了两次 &lt;script&gt;" in answer.text
    assert "李医生" in answer.text
    assert "case.stale" in refusals(care)


def test_the_slower_of_two_doctors_is_told_who_has_it(
    doctor: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    page = opened(doctor, alarmed.episode)
    logged_in(doctor, alarmed.clinic.leader)
    send(doctor, opened(doctor, alarmed.episode), "claim")
    logged_in(doctor, alarmed.clinic.doctor)
    csrf = re.findall(r'name="csrf" value="([^"]+)"', doctor.get("/worklist").text)[0]
    old = re.sub(r'name="csrf" value="[^"]+"', f'name="csrf" value="{csrf}"', page)
    answer = send(doctor, old, "claim")
    assert answer.status_code == 409
    assert "赵队长 已先处理" in answer.text


def test_an_end_without_an_outcome_is_refused(doctor: TestClient, care: Sessions, alarmed: Alarmed) -> None:
    send(doctor, opened(doctor, alarmed.episode), "claim")
    send(doctor, opened(doctor, alarmed.episode), "contact", how="phone")
    answer = send(doctor, opened(doctor, alarmed.episode), "resolve", note="已劝告")
    assert answer.status_code == 422
    assert "请选择结果" in answer.text
    assert "已劝告" in answer.text
    assert case_of(care, alarmed.episode).state == "contacted"


def test_another_teams_alert_looks_like_none_at_all(
    client: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    stranger = logged_in(client, alarmed.clinic.other_doctor)
    strange = stranger.get(f"/worklist?episode={alarmed.episode}")
    absent = stranger.get(f"/worklist?episode={uuid4()}")
    assert strange.status_code == absent.status_code == 404
    assert strange.text == absent.text
    assert "王秀英" not in strange.text
    assert "没有这个页面，或您无权查看" in strange.text


def test_a_form_about_another_resident_is_refused(
    doctor: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    html = opened(doctor, alarmed.episode)
    forged = html.replace(
        f'name="resident" value="{alarmed.clinic.resident}"', f'name="resident" value="{uuid4()}"'
    )
    answer = send(doctor, forged, "claim")
    assert answer.status_code == 409
    assert "表单对应的是另一位居民" in answer.text
    assert case_of(care, alarmed.episode).state == "new"


def test_a_form_without_its_token_is_refused(doctor: TestClient, care: Sessions, alarmed: Alarmed) -> None:
    fields = {"resident": str(alarmed.clinic.resident), "version": "1"}
    answer = doctor.post(f"/episodes/{alarmed.episode}/claim", data=fields)
    assert answer.status_code == 403
    assert case_of(care, alarmed.episode).state == "new"
    assert "form.stale" in refusals(care)


def test_good_answers_the_reading(doctor: TestClient, alarmed: Alarmed) -> None:
    answer = send(doctor, opened(doctor, alarmed.episode), "reply")
    assert answer.status_code == 303
    resident = logged_in(doctor, alarmed.clinic.own_account)
    html = resident.get("/me").text
    assert "好，继续保持。" in html
    assert "李医生：" in html


def test_the_fragments_are_parts_of_the_page(doctor: TestClient, alarmed: Alarmed) -> None:
    listed = doctor.get("/worklist/list", headers={"HX-Request": "true"}).text
    part = doctor.get(f"/worklist/pane?episode={alarmed.episode}", headers={"HX-Request": "true"}).text
    assert "<html" not in listed + part
    assert f'id="row-{alarmed.episode}"' in listed
    assert part.startswith("<title>王秀英")
    gone = doctor.get(f"/worklist/pane?episode={uuid4()}", headers={"HX-Request": "true"})
    assert gone.status_code == 404
    assert "<html" not in gone.text


@pytest.mark.parametrize("query", ["tab=x", "days=8", "episode=x", "level=x", "after=~"])
def test_an_address_that_makes_no_sense_is_a_plain_refusal(doctor: TestClient, query: str) -> None:
    answer = doctor.get(f"/worklist?{query}")
    assert answer.status_code == 422
    assert "Traceback" not in answer.text


def test_tabs_and_levels_narrow_the_list(doctor: TestClient) -> None:
    assert "row-" in doctor.get("/worklist?level=critical").text
    assert "没有待处理提醒" in doctor.get("/worklist?level=watch").text
    assert "您名下没有未办结的提醒" in doctor.get("/worklist?tab=mine").text


def test_the_page_speaks_the_language_chosen(doctor: TestClient) -> None:
    html = doctor.get("/worklist").text
    answer = send(doctor, html, "language", language="en")
    assert answer.headers["location"] == "/worklist"
    assert 'lang="en"' in doctor.get("/worklist").text


def test_a_login_goes_back_only_to_a_page_of_ours(doctor: TestClient) -> None:
    html = doctor.get("/worklist").text
    away = [
        send(doctor, html, "language", language="zh", here=here).headers["location"]
        for here in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)")
    ]
    assert away == ["/"] * 4
