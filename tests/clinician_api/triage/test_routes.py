"""The worklist and the steps of a case through the client: right codes, audited refusals, nothing changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from alerts.rules.rule import Level
from clinician_api.audit.models import AuditEntry
from clinician_api.db import Sessions
from clinician_api.triage.models import Case, CaseStep
from tests.clinician_api.concerns import attended, concern, mild
from tests.clinician_api.making import NOW, Clinic, clinic, enter
from tests.clinician_api.stored import store_reading

API = "/api/v1"
NASTY = [
    "<script>alert(1)</script>",
    "{{7*7}} {% import os %}",
    "'; drop table care.case; --",
    '\u202e"><img>',
]


@pytest.fixture
def people(care: Sessions) -> Clinic:
    with care.begin() as db:
        return clinic(db)


@pytest.fixture
def episode(care: Sessions, people: Clinic) -> UUID:
    """A critical of the resident, unclaimed."""
    with care.begin() as db:
        return attended(db, concern(people.resident)).episode


@pytest.fixture
def doctor(client: TestClient, people: Clinic) -> TestClient:
    enter(client, people.doctor)
    return client


def sent(browser: TestClient, episode: UUID, step: str, **fields: Any) -> Response:  # noqa: ANN401 - JSON
    """The answer to a form about the case as it is now."""
    seen = browser.get(f"{API}/cases/{episode}").json()["case"]
    body = {"version": seen["version"], "resident": seen["resident"], **fields}
    return browser.post(f"{API}/cases/{episode}/{step}", json=body)


def test_a_case_goes_from_the_list_to_its_outcome(doctor: TestClient, episode: UUID) -> None:
    listed = doctor.get(f"{API}/worklist").json()
    assert [case["episode"] for case in listed["cases"]] == [str(episode)]
    assert listed["counts"] == {"pending": 1, "mine": 0, "snoozed": 0, "data": 0, "done": 0}
    assert sent(doctor, episode, "claim").json()["state"] == "claimed"
    assert sent(doctor, episode, "contact", how="phone", note="好些了").json()["state"] == "contacted"
    done = sent(doctor, episode, "resolve", outcome="adjusted", next_follow_up="2026-03-09").json()
    assert (done["state"], done["outcome"]) == ("resolved", "adjusted")
    whole = doctor.get(f"{API}/cases/{episode}").json()
    assert whole["task"]["outcome"] == "adjusted"
    assert [step["step"] for step in whole["steps"]] == ["opened", "claim", "contact", "resolve"]
    assert doctor.get(f"{API}/worklist", params={"tab": "done"}).json()["counts"]["done"] == 1


REFUSED = {
    "snooze": ({"until": (NOW + timedelta(hours=1)).isoformat(), "reason": "later"}, 403),
    "resolve": ({}, 422),
    "contact": ({"how": "phone"}, 409),
    "undo": ({}, 409),
    "transfer": ({"to": str(UUID(int=4))}, 422),
}
CODES = {
    "snooze": "case.critical_is_never_snoozed",
    "resolve": "task.outcome_missing",
    "contact": "case.claim_first",
    "undo": "case.nothing_to_undo",
    "transfer": "case.cannot_take_it",
}


@pytest.mark.parametrize("step", REFUSED)
def test_a_refusal_has_its_code_is_audited_and_changes_nothing(
    doctor: TestClient, care: Sessions, episode: UUID, step: str
) -> None:
    fields, status = REFUSED[step]
    answer = sent(doctor, episode, step, **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, CODES[step])
    assert unchanged(care, episode)
    assert audited(care, CODES[step]) == episode


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"version": 0}, "case.stale"), ({"resident": str(UUID(int=8))}, "case.wrong_resident")],
)
def test_an_old_or_a_forged_form_is_refused(
    doctor: TestClient, care: Sessions, episode: UUID, wrong: dict[str, Any], code: str
) -> None:
    answer = sent(doctor, episode, "claim", **wrong)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert unchanged(care, episode)
    assert audited(care, code) == episode


def test_a_second_claim_is_told_that_somebody_has_it(
    doctor: TestClient, care: Sessions, people: Clinic, episode: UUID
) -> None:
    assert sent(doctor, episode, "claim").status_code == 200
    enter(doctor, people.leader)
    answer = sent(doctor, episode, "claim")
    assert (answer.status_code, answer.json()["code"]) == (409, "case.already_claimed")
    assert doctor.get(f"{API}/cases/{episode}").json()["case"]["owner"] == str(people.doctor)
    assert audited(care, "case.already_claimed") == episode


@pytest.mark.parametrize("other", [True, False], ids=["of another team", "of nobody"])
def test_a_case_out_of_sight_and_one_that_is_not_answer_alike(
    doctor: TestClient,
    care: Sessions,
    people: Clinic,
    episode: UUID,
    other: bool,  # noqa: FBT001
) -> None:
    enter(doctor, people.other_doctor)
    asked = episode if other else uuid4()
    answer = doctor.get(f"{API}/cases/{asked}")
    body = {"version": 1, "resident": str(people.resident)}
    post = doctor.post(f"{API}/cases/{asked}/claim", json=body)
    assert (answer.status_code, post.status_code) == (404, 404)
    assert answer.json()["code"] == post.json()["code"] == "case.unknown"
    assert unchanged(care, episode)


@pytest.mark.parametrize("who", ["own_account"])
def test_a_resident_has_no_worklist(client: TestClient, people: Clinic, who: str) -> None:
    enter(client, getattr(people, who))
    assert client.get(f"{API}/worklist").json()["code"] == "role.not_allowed"


def test_whoever_is_not_logged_in_gets_nothing(client: TestClient, episode: UUID) -> None:
    assert client.get(f"{API}/worklist").status_code == 401
    assert client.get(f"{API}/cases/{episode}").status_code == 401


@pytest.mark.parametrize("words", NASTY)
def test_what_is_typed_is_kept_as_text(doctor: TestClient, episode: UUID, words: str) -> None:
    sent(doctor, episode, "claim")
    assert sent(doctor, episode, "contact", how="phone", note=words).status_code == 200
    whole = doctor.get(f"{API}/cases/{episode}").json()
    assert whole["task"]["note"] == words
    assert whole["steps"][-1]["facts"]["note"] == words


@pytest.mark.parametrize("words", ["\x00", "a\x07b", "x" * 2001])
def test_what_cannot_be_text_is_refused(
    doctor: TestClient, care: Sessions, episode: UUID, words: str
) -> None:
    answer = sent(doctor, episode, "contact", how="phone", note=words)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert unchanged(care, episode)


@pytest.mark.parametrize("words", NASTY)
def test_a_reason_is_kept_as_text(doctor: TestClient, care: Sessions, people: Clinic, words: str) -> None:
    with care.begin() as db:
        high = attended(db, mild(people.resident, Level.HIGH)).episode
    until = (NOW + timedelta(hours=1)).isoformat()
    assert sent(doctor, high, "snooze", until=until, reason=words).json()["snooze_reason"] == words


def test_a_selection_is_claimed_where_it_can_be(
    doctor: TestClient, care: Sessions, people: Clinic, episode: UUID
) -> None:
    with care.begin() as db:
        other = attended(db, concern(people.stranger)).episode
    chosen = [
        {"episode": str(episode), "version": 1, "resident": str(people.resident)},
        {"episode": str(other), "version": 1, "resident": str(people.stranger)},
    ]
    answer = doctor.post(f"{API}/cases/claim", json={"cases": chosen}).json()
    assert [case["episode"] for case in answer["done"]] == [str(episode)]
    assert answer["skipped"] == [{"episode": str(other), "code": "case.unknown"}]


def test_a_short_phrase_appears_on_the_residents_page(
    doctor: TestClient, care: Sessions, people: Clinic
) -> None:
    with care.begin() as db:
        reading = store_reading(db, people.resident)
    place = f"{API}/residents/{people.resident}/readings/{reading}"
    assert doctor.post(f"{place}/reply", json={"phrase": "well_done"}).status_code == 200
    enter(doctor, people.own_account)
    answer = doctor.get(f"{place}/answer").json()
    assert answer["state"] == "sent"
    assert [reply["phrase"] for reply in answer["replies"]] == ["well_done"]


def test_a_resident_asks_for_nobody_elses_answer(client: TestClient, care: Sessions, people: Clinic) -> None:
    with care.begin() as db:
        reading = store_reading(db, people.stranger)
    enter(client, people.own_account)
    answer = client.get(f"{API}/residents/{people.stranger}/readings/{reading}/answer")
    assert answer.status_code == 404


def test_tasks_are_listed(doctor: TestClient, episode: UUID) -> None:
    tasks = doctor.get(f"{API}/tasks").json()["tasks"]
    assert [(task["episode"], task["kind"]) for task in tasks] == [(str(episode), "critical")]
    assert doctor.get(f"{API}/tasks", params={"mine": True}).json()["tasks"] == []


def test_every_route_says_what_it_answers(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    ours = [
        place for place in paths if place.startswith((f"{API}/cases", f"{API}/worklist", f"{API}/notices"))
    ]
    assert len(ours) >= 12
    for place in ours:
        for operation in paths[place].values():
            assert "schema" in operation["responses"]["200"]["content"]["application/json"], place
            assert "4XX" in operation["responses"], place


def unchanged(care: Sessions, episode: UUID) -> bool:
    """The case is as it was opened, with nothing in its log but that."""
    with care() as db:
        case = db.get_one(Case, episode)
        steps = db.scalar(select(func.count()).where(CaseStep.episode == episode))
        return (case.state, case.version, case.snoozed_until, steps) == ("new", 1, None, 1)


def audited(care: Sessions, code: str) -> UUID | None:
    """What the refusal with this code concerned."""
    with care() as db:
        refusals = select(AuditEntry.target).where(AuditEntry.action == code, AuditEntry.outcome == "refused")
        return db.scalars(refusals).one()
