"""A privilege waits for its training, from the day on that the house has set."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from clinician_api.audit.rules import By
from clinician_api.db import Sessions
from clinician_api.errors import CareError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.identity import training, training_rules
from clinician_api.identity.models import Resident
from clinician_api.identity.training import Done
from tests.clinician_api.making import NOW, Clinic, HandClock, clinic, enter, make_account

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("course", "done", "last"),
    [
        ("privacy", date(2026, 3, 2), date(2027, 3, 2)),
        ("privacy", date(2024, 2, 29), date(2025, 2, 28)),
        ("agreements", date(2026, 12, 31), date(2028, 12, 31)),
    ],
)
def test_a_training_holds_to_the_same_day(course: training_rules.Course, done: date, last: date) -> None:
    assert training_rules.last_day(course, done) == last
    assert [training_rules.state(course, done, day) for day in (last, last + timedelta(days=1))] == [
        "holds",
        "over",
    ]


@pytest.mark.parametrize(
    ("done", "asked_from", "code"),
    [
        (None, None, None),
        (None, TODAY + timedelta(days=1), None),
        (None, TODAY, "training.missing"),
        (YESTERDAY, TODAY, None),
        (TODAY - timedelta(days=800), TODAY, "training.over"),
    ],
)
def test_who_is_refused_follows_from_training_and_day(
    done: date | None, asked_from: date | None, code: str | None
) -> None:
    found = None
    try:
        training_rules.check("emergency_look", done, asked_from, TODAY)
    except NotAllowedError as error:
        found = error.code
    assert found == code


@pytest.fixture
def people(care: Sessions) -> Clinic:
    with care.begin() as db:
        there = clinic(db)
        training.ask_from(db, By(), there.institution, TODAY + timedelta(days=1), now=NOW)
        return there


@pytest.fixture
def administrator(care: Sessions, people: Clinic) -> UUID:
    with care.begin() as db:
        account = make_account(db, "管理员", institution=people.institution, now=NOW)
        identity.join(db, account, "administrator", team=None, since=NOW - timedelta(days=9))
        return account


def look(client: TestClient, care: Sessions, people: Clinic, cause: str = "cannot_answer") -> tuple[int, str]:
    with care() as db:
        number = db.get_one(Resident, people.resident).file_number
    form = {"file_number": number, "cause": cause, "words": "胸痛送来急诊", "hours": "4"}
    answer = client.post("/emergencies", data=form, follow_redirects=False)
    return answer.status_code, answer.text


def test_an_emergency_look_waits_for_its_training_and_says_whom_to_ask(
    client: TestClient, care: Sessions, people: Clinic, clock: HandClock
) -> None:
    clock.turn(timedelta(days=1))
    enter(client, people.other_doctor)
    status, page = look(client, care, people)
    assert (status, "培训" in page) == (403, True)
    with care.begin() as db:
        done = Done(people.other_doctor, "privacy", YESTERDAY, "签到表 3")
        training.put_down(db, By(), people.institution, done, now=clock())
    assert look(client, care, people)[0] == 303


def test_where_life_is_at_risk_no_training_is_asked_for(
    client: TestClient, care: Sessions, people: Clinic, clock: HandClock
) -> None:
    clock.turn(timedelta(days=1))
    enter(client, people.other_doctor)
    assert look(client, care, people, cause="life_at_risk")[0] == 303


def test_before_the_day_nobody_is_refused(client: TestClient, care: Sessions, people: Clinic) -> None:
    enter(client, people.other_doctor)
    assert look(client, care, people)[0] == 303


def test_an_administrator_puts_trainings_down_on_a_page(
    client: TestClient, people: Clinic, administrator: UUID
) -> None:
    enter(client, administrator)
    form = {
        "account": str(people.doctor),
        "course": "agreements",
        "done_on": str(YESTERDAY),
        "evidence": "证书 <b>7",
    }
    assert client.post("/admin/trainings", data=form, follow_redirects=False).status_code == 303
    page = client.get("/admin/trainings").text
    assert str(training_rules.last_day("agreements", YESTERDAY)) in page
    late = client.post("/admin/trainings", data={**form, "done_on": "2031-01-01"})
    assert (late.status_code, "证书 &lt;b&gt;7" in late.text) == (422, True)


@pytest.mark.parametrize(
    ("who", "day", "evidence", "error"),
    [
        ("stranger", YESTERDAY, "x", NotFoundError),
        ("oneself", YESTERDAY, "x", ConflictError),
        ("doctor", TODAY + timedelta(days=1), "x", InvalidError),
        ("doctor", YESTERDAY, " ", InvalidError),
    ],
)
def test_what_is_put_down_is_of_a_colleague_has_been_and_can_be_shown(
    care: Sessions,
    people: Clinic,
    administrator: UUID,
    who: str,
    day: date,
    evidence: str,
    error: type[CareError],
) -> None:
    account = {"stranger": uuid4(), "oneself": administrator, "doctor": people.doctor}[who]
    done = Done(account, "privacy", day, evidence)
    with care() as db, pytest.raises(error):
        training.put_down(db, By(administrator), people.institution, done, now=NOW)


def test_the_day_lies_ahead_so_that_nobody_is_shut_out_overnight(care: Sessions, people: Clinic) -> None:
    with care() as db, pytest.raises(InvalidError, match="since"):
        training.ask_from(db, By(), people.institution, TODAY, now=NOW)
