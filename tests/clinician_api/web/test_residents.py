"""A resident's pages: what is said of a reading is literally true at each step."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from clinician_api.db import Sessions
from tests.clinician_api.making import NOW
from tests.clinician_api.stored import store_glucose, store_reading
from tests.clinician_api.web.conftest import Alarmed
from tests.clinician_api.web.test_staff import logged_in, opened, refusals, send


@pytest.fixture
def home(client: TestClient, alarmed: Alarmed) -> TestClient:
    return logged_in(client, alarmed.clinic.own_account)


def test_before_it_is_confirmed_the_number_is_never_called_critical(
    home: TestClient, alarmed: Alarmed
) -> None:
    html = home.get("/me").text
    assert "186/112" in html
    assert "数字偏高。" in html
    assert "坐下，安静休息 5 分钟" in html
    assert "再量一次" in html
    assert "危急" not in html
    assert f'data-reading="{alarmed.reading}"' in html


def test_the_words_follow_what_happened(home: TestClient, alarmed: Alarmed) -> None:
    assert "团队已收到。" in home.get("/me").text
    logged_in(home, alarmed.clinic.nurse).get(f"/worklist?episode={alarmed.episode}")
    logged_in(home, alarmed.clinic.own_account)
    assert "团队已收到。" in home.get("/me").text
    doctor = logged_in(home, alarmed.clinic.doctor)
    send(doctor, opened(doctor, alarmed.episode), "claim")
    logged_in(home, alarmed.clinic.own_account)
    assert "李医生已查看" in home.get("/me").text
    logged_in(home, alarmed.clinic.doctor)
    send(doctor, opened(doctor, alarmed.episode), "contact", how="phone")
    logged_in(home, alarmed.clinic.own_account)
    assert "团队已与您联系。" in home.get("/me").text


def test_a_page_that_fetches_by_itself_has_not_been_looked_at(home: TestClient, alarmed: Alarmed) -> None:
    doctor = logged_in(home, alarmed.clinic.doctor)
    assert doctor.get(f"/worklist/pane?episode={alarmed.episode}&live=1").status_code == 200
    logged_in(home, alarmed.clinic.own_account)
    assert "团队已收到。" in home.get("/me").text


def test_a_symptom_by_one_touch_goes_to_the_rules(home: TestClient, care: Sessions, alarmed: Alarmed) -> None:
    answer = send(home, home.get("/me").text, "symptoms", answer="chest_pain")
    assert answer.status_code == 303
    with care() as db:
        stored = db.execute(text("select resident, symptoms from alerts.symptom_answer")).all()
    assert [(each.resident, each.symptoms) for each in stored] == [(alarmed.clinic.resident, ["chest_pain"])]
    assert "现在就打 120。" in home.get("/me").text


def test_no_symptom_is_written_down_and_not_asked_again(
    home: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    send(home, home.get("/me").text, "symptoms", answer="none")
    html = home.get("/me").text
    assert "/me/symptoms" not in html
    with care() as db:
        assert db.scalar(text("select count(*) from alerts.symptom_answer")) == 0
        assert (
            db.scalar(text("select count(*) from care.audit_entry where action = 'symptoms.answered'")) == 1
        )


def test_the_team_sees_what_the_home_answered(home: TestClient, alarmed: Alarmed) -> None:
    send(home, home.get("/me").text, "symptoms", answer="none")
    doctor = logged_in(home, alarmed.clinic.doctor)
    assert "回答：没有胸痛、气短" in opened(doctor, alarmed.episode)


def test_what_presses_is_shown_before_a_newer_number_that_is_well(
    home: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    with care.begin() as db:
        store_glucose(db, alarmed.clinic.resident, NOW + timedelta(minutes=3))
    html = home.get("/me").text
    assert f'data-reading="{alarmed.reading}"' in html
    assert "数字偏高。" in html


def test_an_answer_about_somebody_elses_alert_is_refused(
    home: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    html = home.get("/me").text.replace(str(alarmed.episode), str(uuid4()))
    assert send(home, html, "symptoms", answer="chest_pain").status_code == 404
    assert "case.unknown" in refusals(care)


def test_a_resident_sees_no_desk_and_staff_no_home(home: TestClient, alarmed: Alarmed) -> None:
    assert home.get("/worklist").status_code == 403
    doctor = logged_in(home, alarmed.clinic.doctor)
    assert doctor.get("/me").status_code == 403


def test_my_readings_stand_by_day_morning_and_evening(home: TestClient, alarmed: Alarmed) -> None:
    html = home.get("/me/readings").text
    assert "3月2日 星期一" in html
    assert "很高。" in html
    assert f'data-reading="{alarmed.reading}"' in html


def test_my_contract_names_the_team_and_its_last_day(home: TestClient) -> None:
    html = home.get("/me/contract").text
    assert "一队" in html
    assert "2026年8月31日" in html
    assert 'href="tel:051257600001"' in html


def test_letters_grow(home: TestClient) -> None:
    answer = send(home, home.get("/me").text, "size", size="30")
    assert answer.status_code == 303
    assert 'class="size-30"' in home.get("/me").text


def test_without_a_reading_the_home_says_how_one_comes(
    client: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    with care.begin() as db:
        db.execute(text("delete from ingest.readings"))
    html = logged_in(client, alarmed.clinic.own_account).get("/me").text
    assert "还没有测量" in html


def test_a_reading_without_an_alert_is_sent_and_no_more(
    client: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    with care.begin() as db:
        store_reading(db, alarmed.clinic.resident, NOW.replace(hour=9, minute=0, second=1))
    html = logged_in(client, alarmed.clinic.own_account).get("/me").text
    assert 'data-arrival="sent"' in html
