"""Contracts over HTTP: the same journey through the client, and what strangers get."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clinician_api.agreements.seals import FolderSeals
from clinician_api.agreements.service import Archive
from clinician_api.contracts.feedback import Content
from clinician_api.db import Sessions
from clinician_api.kms import FolderKms
from clinician_api.vault import DiskVault
from tests.clinician_api.contracts.signing_up import Town, town
from tests.clinician_api.making import enter

API = "/api/v1"


@pytest.fixture
def here(care: Sessions, app: FastAPI, tmp_path: Path) -> Town:
    app.state.archive = Archive(
        DiskVault(tmp_path / "vault", FolderKms(tmp_path / "keys")), FolderSeals(tmp_path / "seals")
    )
    with care.begin() as db:
        return town(db)


def post(client: TestClient, path: str, said: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = client.post(f"{API}{path}", json=said)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def apply(client: TestClient, here: Town) -> dict[str, Any]:
    enter(client, here.account)
    drafted = post(client, "/contracts", {"resident": str(here.newcomer), "team": str(here.there.team)}, 201)
    return post(client, f"/contracts/{drafted['id']}/apply", {"version": drafted["version"]})


def test_from_the_wish_to_both_signatures_and_a_sealed_agreement(client: TestClient, here: Town) -> None:
    row = apply(client, here)
    assert row["may"] == ["withdraw"]
    path = f"/contracts/{row['id']}"
    enter(client, here.there.doctor)
    queue = client.get(f"{API}/contracts/queue").json()["contracts"]
    assert [each["id"] for each in queue] == [row["id"]]
    row = post(client, f"{path}/accept", {"version": row["version"]})
    enter(client, here.account)
    row = post(client, f"{path}/signature", {"version": row["version"], "sha256": row["terms_sha256"]})
    assert (row["state"], row["signed_by"]) == ("accepted", ["resident"])
    enter(client, here.there.doctor)
    row = post(
        client, f"{path}/doctors-signature", {"version": row["version"], "sha256": row["terms_sha256"]}
    )
    assert (row["state"], row["signed_by"]) == ("signed", ["doctor", "resident"])
    steps = client.get(f"{API}{path}/steps").json()
    assert [step["step"] for step in steps] == ["draft", "apply", "accept", "sign"]
    enter(client, here.account)
    paper = client.get(f"{API}/agreements/{row['agreement']}/document")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")


def test_a_paper_at_the_counter_is_put_down_on_one_page_and_confirmed_on_anothers(
    client: TestClient, here: Town
) -> None:
    row = apply(client, here)
    path = f"/contracts/{row['id']}"
    enter(client, here.there.doctor)
    row = post(client, f"{path}/accept", {"version": row["version"]})
    seen = {"version": row["version"], "sha256": row["terms_sha256"]}

    def send(deed: str, **typed: object) -> int:
        seen["version"] = client.get(f"{API}{path}").json()["version"]
        return client.post(f"{path}{deed}", data={**seen, **typed}, follow_redirects=False).status_code

    assert send("/counter", evidence="纸质协议 12 号") == 303
    assert send("/counter/confirm", has_seen_paper=True) == 403
    assert "由李医生登记，待另一位同事核实" in client.get(path).text
    assert send("/sign", has_read=True) == 303
    enter(client, here.there.nurse)
    assert client.get(f"{API}{path}").json()["is_to_confirm"]
    assert send("/counter/confirm") == 422
    assert send("/counter/confirm", has_seen_paper=True) == 303
    row = client.get(f"{API}{path}").json()
    assert (row["state"], row["signed_by"]) == ("signed", ["doctor", "resident"])


def test_an_old_form_a_forged_id_and_a_stranger_are_refused_with_a_code(
    client: TestClient, here: Town
) -> None:
    row = apply(client, here)
    path = f"{API}/contracts/{row['id']}"
    said = {"version": row["version"] - 1}
    stale = client.post(f"{path}/withdraw", json=said)
    forged = client.post(f"{API}/contracts/{uuid4()}/withdraw", json=said)
    enter(client, here.there.own_account)
    strangers = [client.get(path), client.get(f"{path}/steps"), client.post(f"{path}/withdraw", json=said)]
    assert [(each.status_code, each.json()["code"]) for each in (stale, forged, *strangers)] == [
        (409, "contract.stale"),
        *[(404, "contract.unknown")] * 4,
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"years": 0},
        {"years": 10},
        {"begins": "2026-02-30"},
        {"begins": "2020-01-01"},
        {"begins": "9999-12-31"},
        {"packages": ["not-an-id"]},
        {"packages": [str(UUID(int=7))]},
        {"years": 5},
        {"state": "active"},
        {"resident": "'; drop table care.contract; --"},
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_and_nothing_is_stored(
    client: TestClient, here: Town, wrong: dict[str, Any]
) -> None:
    enter(client, here.account)
    said = {"resident": str(here.newcomer), "team": str(here.there.team)} | wrong
    assert client.post(f"{API}/contracts", json=said).status_code == 422
    held = client.get(f"{API}/contracts", params={"resident": str(here.newcomer)}).json()
    assert held == {"contracts": []}


def test_teams_show_their_room_and_a_reason_travels_as_it_was_typed(client: TestClient, here: Town) -> None:
    row = apply(client, here)
    teams = client.get(f"{API}/contracts/teams", params={"institution": str(here.there.institution)}).json()
    assert {each["team"]: (each["taken"], each["is_full"]) for each in teams} == {
        str(here.there.team): (2, False),
        str(here.there.other_team): (1, False),
    }
    enter(client, here.there.doctor)
    words = "{{ 7*7 }} <script>alert(1)</script>'; --"
    said = {"version": row["version"], "reason": "other", "words": words}
    refused = post(client, f"/contracts/{row['id']}/refuse", said)
    assert (refused["words"], refused["alternatives"]) == (words, [str(here.there.other_team)])


def test_a_bad_rating_is_a_complaint_that_a_supervisor_answers_once(client: TestClient, here: Town) -> None:
    enter(client, here.there.own_account)
    contract = str(here.there.contract)
    rating = {"event": contract, "stars": 2, "words": "电话没有人接"}
    post_rating = f"{API}/contracts/{contract}/ratings"
    answers = [client.post(post_rating, json=rating) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 409]
    never_was = rating | {"event_kind": "visit"}
    assert client.post(post_rating, json=never_was).json()["code"] == "rating.of_another"
    enter(client, here.there.doctor)
    assert client.get(f"{API}/complaints").status_code == 403
    content = client.get(f"{API}/teams/{here.there.team}/content").json()
    assert (content["answers"], content["satisfied_percent"], content["unanswered_complaints"]) == (
        1,
        None,
        1,
    )
    enter(client, here.there.supervisor)
    waiting = client.get(f"{API}/complaints").json()["complaints"]
    assert len(waiting) == 1
    path = f"/complaints/{waiting[0]['id']}/answer"
    post(client, path, {"answer": "已与团队沟通，今后两小时内回电。"})
    post(client, path, {"answer": "再次答复。"}, 409)


@pytest.mark.parametrize(
    ("answers", "good", "percent"), [(0, 0, None), (4, 4, None), (5, 4, 80), (200, 171, 86)]
)
def test_a_share_is_told_only_of_so_many_that_it_says_of_nobody_what_they_answered(
    answers: int, good: int, percent: int | None
) -> None:
    assert Content(answers, good, unanswered_complaints=0).percent == percent
