"""Staff come in by a real OpenID provider, and nobody by a forged, old or foreign answer."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from fastapi.testclient import TestClient
from sqlalchemy import text

from clinician_api.db import Sessions
from clinician_api.identity import service as identity
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.architecture.tree import ROOT
from tests.clinician_api.making import ORIGIN, WEAK, Clinic, HandClock, clinic, enter, hold
from tests.conftest import missing

pytestmark = pytest.mark.truth

SCRIPT = Path(__file__).with_name("provider.mjs")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    node = shutil.which("node")
    if node is None:
        missing("nodejs")
    assert node is not None
    # From the root, so that it finds what set-up put into node_modules.
    child = subprocess.Popen(
        [node, str(SCRIPT)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert child.stdout is not None
    try:
        line = child.stdout.readline()
        yield f"http://127.0.0.1:{line.split()[1]}"
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()


@pytest.fixture
def now() -> datetime:
    """The provider has no other clock than the machine's."""
    return datetime.now(UTC)


@pytest.fixture
def people(care: Sessions, now: datetime) -> Clinic:
    with care.begin() as db:
        found = clinic(db, now)
        identity.join(db, found.supervisor, "security", team=None, since=now - timedelta(days=1))
    return found


@pytest.fixture
def door(database_url: str, issuer: str, now: datetime, tmp_path: Path) -> Iterator[TestClient]:
    secret = tmp_path / "secret"
    secret.write_text("a-secret-of-tests\n")
    settings = Settings(
        database_url=database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        second_factor="whoever_has_one",
        oidc_issuer=issuer,
        oidc_client="hearthline",
        oidc_secret=secret,
    )
    with TestClient(create_app(settings, clock=HandClock(now), passwords=WEAK), base_url=ORIGIN) as browser:
        yield browser


def link(door: TestClient, people: Clinic, subject: str) -> int:
    enter(door, people.supervisor)
    answer = door.put(f"/api/v1/accounts/{people.doctor}/directory", json={"subject": subject})
    door.cookies.clear()
    return answer.status_code


def sent_back(door: TestClient, subject: str) -> str:
    """Through the provider's own pages, as a person goes: the address at which it sends the browser back."""
    answer = door.get("/login/sso", follow_redirects=False)
    assert answer.status_code == 303
    place = answer.headers["location"]
    with requests.Session() as browser:
        for _ in range(8):
            got = browser.get(place, allow_redirects=False, timeout=10)
            if got.is_redirect:
                place = urljoin(place, got.headers["location"])
            else:
                form = re.search(r'name="prompt" value="(\w+)"', got.text)
                assert form is not None, got.text[:300]
                typed = {"prompt": form[1], "login": subject, "password": "x"}
                sent = browser.post(_action(place, got.text), data=typed, allow_redirects=False, timeout=10)
                place = urljoin(place, sent.headers["location"])
            if place.startswith(ORIGIN):
                return place.removeprefix(ORIGIN)
    raise AssertionError(place)


def _action(place: str, html: str) -> str:
    found = re.search(r'action="([^"]+)"', html)
    return urljoin(place, found[1]) if found else place


def test_who_is_linked_comes_in_and_an_answer_is_good_once(door: TestClient, people: Clinic) -> None:
    assert link(door, people, "li.min") == 204
    assert "/login/sso" in door.get("/login").text
    back = sent_back(door, "li.min")
    assert door.get(back, follow_redirects=False).headers["location"] == "/"
    assert door.get("/api/v1/me").json()["account"] == str(people.doctor)
    door.cookies.clear()
    assert door.get(back, follow_redirects=False).status_code == 401


def test_who_is_linked_to_nobody_stays_out_in_words(door: TestClient, people: Clinic) -> None:
    answer = door.get(sent_back(door, "a.stranger"))
    assert answer.status_code == 401
    assert "单位目录" in answer.text
    assert door.get("/api/v1/me").status_code == 401


def test_nobody_logs_another_in_as_themself(door: TestClient, people: Clinic) -> None:
    """A link with somebody else's state, sent by mail: this browser was not sent out with it."""
    link(door, people, "li.min")
    back = sent_back(door, "li.min")
    door.cookies.clear()
    assert door.get(back, follow_redirects=False).status_code == 401


@pytest.mark.parametrize("change", ["code", "nonce", "issuer", "expired"])
def test_a_forged_or_old_answer_opens_nothing(
    door: TestClient, people: Clinic, care: Sessions, change: str
) -> None:
    link(door, people, "li.min")
    back = sent_back(door, "li.min")
    state = parse_qs(urlsplit(back).query)["state"][0]
    with care.begin() as db:
        if change == "nonce":
            db.execute(text("update care.sso_attempt set nonce = 'another'"))
        if change == "expired":
            db.execute(
                text(
                    "update care.sso_attempt set made_at = now() - interval '1 day',"
                    " expires_at = now() - interval '1 hour'"
                )
            )
    if change == "code":
        back = f"/login/sso/back?code=forged&state={state}"
    if change == "issuer":
        known = door.app.state.directory  # type: ignore[attr-defined]  # a bag of names
        door.app.state.directory = type(known)(known.issuer + "/", known.client, known.back, known.secret)  # type: ignore[attr-defined]  # a bag of names
    assert door.get(back, follow_redirects=False).status_code in {401, 409}
    assert door.get("/api/v1/me").status_code == 401


def test_a_subject_is_one_account_and_of_ones_own_house(door: TestClient, people: Clinic) -> None:
    assert link(door, people, "li.min") == 204
    assert link(door, people, "li.min") == 409
    own = f"/api/v1/accounts/{people.supervisor}/directory"
    enter(door, people.supervisor)
    assert door.put(own, json={"subject": "me"}).json()["code"] == "account.not_for_oneself"
    enter(door, people.doctor)
    place = f"/api/v1/accounts/{people.nurse}/directory"
    assert door.put(place, json={"subject": "x"}).status_code == 403


def test_a_subject_that_was_taken_away_comes_in_no_more_and_nobody_stays_in(
    door: TestClient, people: Clinic
) -> None:
    assert link(door, people, "li.min") == 204
    door.get(sent_back(door, "li.min"), follow_redirects=False)
    inside = door.cookies["hl_login"]
    enter(door, people.supervisor)
    place = f"/api/v1/accounts/{people.doctor}/directory"
    assert [door.delete(place).status_code for _ in range(2)] == [204, 404]
    hold(door, inside)
    assert door.get("/api/v1/me").status_code == 401
    assert door.get(sent_back(door, "li.min"), follow_redirects=False).status_code == 401


def test_a_directory_that_is_gone_is_said_to_be(door: TestClient, people: Clinic) -> None:
    known = door.app.state.directory  # type: ignore[attr-defined]  # a bag of names
    door.app.state.directory = type(known)("http://127.0.0.1:9", known.client, known.back, known.secret)  # type: ignore[attr-defined]  # a bag of names
    answer = door.get("/login/sso")
    assert answer.status_code == 409
    assert "单位目录" in answer.text


def test_a_slow_directory_holds_four_and_no_more(door: TestClient, people: Clinic) -> None:
    directory = door.app.state.directory  # type: ignore[attr-defined]  # a bag of names
    for _ in range(4):
        assert directory.turns.acquire(blocking=False)
    assert door.get("/login/sso").status_code == 409
    directory.turns.release()
    assert door.get("/login/sso", follow_redirects=False).status_code == 303
