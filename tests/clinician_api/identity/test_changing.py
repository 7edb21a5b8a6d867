"""A password is changed by who knows it, or set anew by who was given a code; neither is enough alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from clinician_api.audit.models import AuditEntry
from clinician_api.audit.rules import By
from clinician_api.identity import second
from clinician_api.identity import service as identity
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.making import (
    NOW,
    ORIGIN,
    PASSWORD,
    WEAK,
    Clinic,
    HandClock,
    clinic,
    enter,
    login_name,
    make_account,
)

API = "/api/v1"
NEW = "nine lemons in june"


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As long as the database, which holds what they wrapped."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def browser(module_database_url: str, keys: Path, clock: HandClock) -> Iterator[TestClient]:
    settings = Settings(
        database_url=module_database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        keys=keys,
        address_failures=10_000,
        second_factor="whoever_has_one",
    )
    with TestClient(create_app(settings, clock=clock, passwords=WEAK), base_url=ORIGIN) as found:
        yield found


@pytest.fixture
def there(browser: TestClient) -> Clinic:
    with state(browser).sessions.begin() as db:
        return clinic(db)


@pytest.fixture
def administrator(browser: TestClient, there: Clinic) -> UUID:
    with state(browser).sessions.begin() as db:
        account = make_account(db, "管理员", institution=there.institution, now=NOW)
        identity.join(db, account, "administrator", team=None, since=NOW - timedelta(days=9))
        return account


def state(browser: TestClient):  # type: ignore[no-untyped-def]  # noqa: ANN201 (Starlette's own bag)
    return cast("FastAPI", browser.app).state


def name_of(browser: TestClient, account: UUID) -> str:
    with state(browser).sessions() as db:
        return login_name(db, account)


def has_second(browser: TestClient, account: UUID, clock: HandClock) -> pyotp.TOTP:
    with state(browser).sessions.begin() as db:
        kms, login = state(browser).kms, uuid4()
        otp = pyotp.TOTP(second.begin(db, kms, account, login=login, now=clock()).secret)
        second.confirm(db, kms, By(account), account, otp.at(clock()), login=login, now=clock())
    clock.turn(timedelta(minutes=2))
    return otp


def change(browser: TestClient, old: str = PASSWORD, new: str = NEW, code: str = "") -> Response:
    return browser.put(f"{API}/me/password", json={"old": old, "new": new, "code": code})


def log_in(browser: TestClient, account: UUID, password: str) -> int:
    browser.cookies.clear()
    said = {"name": name_of(browser, account), "password": password}
    return browser.post(f"{API}/logins", json=said).status_code


def refused(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_new_password_lets_in_and_the_old_one_no_more(browser: TestClient, there: Clinic) -> None:
    enter(browser, there.doctor)
    assert change(browser).status_code == 201
    assert [log_in(browser, there.doctor, each) for each in (PASSWORD, NEW)] == [401, 201]


def test_every_other_login_ends_and_this_one_has_a_new_token(browser: TestClient, there: Clinic) -> None:
    enter(browser, there.doctor)
    elsewhere = browser.cookies["hl_login"]
    enter(browser, there.doctor)
    before = browser.cookies["hl_login"]
    csrf = change(browser).json()["csrf"]
    assert browser.cookies["hl_login"] != before
    assert len(browser.get(f"{API}/logins").json()) == 1
    browser.headers["X-CSRF-Token"] = csrf
    assert browser.patch(f"{API}/me", json={"language": "en"}).status_code == 204
    for token in (elsewhere, before):
        browser.cookies.clear()
        browser.cookies.set("hl_login", token)
        assert browser.get(f"{API}/me").status_code == 401


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("not-the-password", NEW, (401, "password.wrong")),
        (PASSWORD, "short", (422, "password.short")),
        (PASSWORD, "Password2026!", (422, "password.common")),
        (PASSWORD, PASSWORD, (422, "password.same")),
    ],
)
def test_a_wrong_old_one_and_a_weak_new_one_change_nothing(
    browser: TestClient, there: Clinic, old: str, new: str, found: tuple[int, str]
) -> None:
    enter(browser, there.nurse)
    assert refused(change(browser, old, new)) == found
    assert log_in(browser, there.nurse, PASSWORD) == 201


def test_whoever_has_a_second_factor_needs_it_for_a_new_password(
    browser: TestClient, there: Clinic, clock: HandClock
) -> None:
    otp = has_second(browser, there.doctor, clock)
    enter(browser, there.doctor)
    assert refused(change(browser)) == (401, "login.wrong_code")
    assert change(browser, code=otp.at(clock())).status_code == 201


def test_who_sits_at_an_open_screen_cannot_try_passwords_for_long(browser: TestClient, there: Clinic) -> None:
    enter(browser, there.doctor)
    tried = [change(browser, f"guess {n}").status_code for n in range(12)]
    assert 429 in tried
    assert log_in(browser, there.doctor, PASSWORD) == 201  # the door itself is not locked by it


def test_passwords_that_are_too_weak_are_no_guesses(browser: TestClient, there: Clinic) -> None:
    enter(browser, there.doctor)
    assert {change(browser, new="short").status_code for _ in range(12)} == {422}
    assert change(browser).status_code == 201


def test_a_code_of_the_administrator_sets_a_new_password_once(
    browser: TestClient, there: Clinic, administrator: UUID
) -> None:
    enter(browser, there.doctor)
    enter(browser, administrator)
    code = browser.post(f"{API}/staff/{there.doctor}/password").json()["code"]
    assert log_in(browser, there.doctor, PASSWORD) == 401
    said = {"name": name_of(browser, there.doctor), "code": f" {code[:6]}-{code[6:].upper()}", "new": NEW}
    assert (
        refused(browser.post(f"{API}/logins/password", json={**said, "new": "12345"}))[1] == "password.short"
    )
    assert browser.post(f"{API}/logins/password", json=said).status_code == 201
    assert log_in(browser, there.doctor, NEW) == 201
    assert refused(browser.post(f"{API}/logins/password", json=said)) == (401, "login.wrong")


def test_who_gave_the_code_out_does_not_come_in_with_it(
    browser: TestClient, there: Clinic, administrator: UUID, clock: HandClock
) -> None:
    has_second(browser, there.doctor, clock)
    enter(browser, administrator)
    code = browser.post(f"{API}/staff/{there.doctor}/password").json()["code"]
    browser.cookies.clear()
    said = {"name": name_of(browser, there.doctor), "code": code, "new": NEW}
    answer = browser.post(f"{API}/logins/password", json=said)
    assert (answer.status_code, answer.json()) == (202, {"waits_for": "code"})
    assert browser.get(f"{API}/residents").status_code == 401


def test_a_code_is_good_for_a_day_and_the_newest_alone(
    browser: TestClient, there: Clinic, administrator: UUID, clock: HandClock
) -> None:
    enter(browser, administrator)
    first, newest = (browser.post(f"{API}/staff/{there.nurse}/password").json()["code"] for _ in range(2))
    name = name_of(browser, there.nurse)
    browser.cookies.clear()
    for code, turned in ((first, 0), (newest, 25)):
        clock.turn(timedelta(hours=turned))
        said = {"name": name, "code": code, "new": NEW}
        assert refused(browser.post(f"{API}/logins/password", json=said))[1] == "login.wrong"
        clock.turn(timedelta(hours=-turned))


def test_an_administrator_resets_nobody_elsewhere_no_resident_and_not_themself(
    browser: TestClient, there: Clinic, administrator: UUID
) -> None:
    with state(browser).sessions.begin() as db:
        elsewhere = clinic(db)
    enter(browser, administrator)
    for account in (elsewhere.doctor, there.own_account):
        assert refused(browser.post(f"{API}/staff/{account}/password")) == (404, "account.unknown")
    assert refused(browser.post(f"{API}/staff/{administrator}/password"))[0] == 409
    enter(browser, there.supervisor)
    assert refused(browser.post(f"{API}/staff/{there.doctor}/password"))[0] == 403


def test_the_page_changes_it_without_a_script_and_gives_no_password_back(
    browser: TestClient, there: Clinic
) -> None:
    enter(browser, there.own_account)
    wrong = browser.post("/account/password", data={"old": "not this one", "new": "lemons lemons"})
    assert (wrong.status_code, "lemons" in wrong.text) == (401, False)
    done = browser.post("/account/password", data={"old": PASSWORD, "new": NEW}, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/account?done=true")
    assert browser.get("/account").status_code == 200
    with state(browser).sessions() as db:
        about = select(AuditEntry.action).where(AuditEntry.target == there.own_account)
        assert "password.changed" in set(db.scalars(about))
    assert log_in(browser, there.own_account, NEW) == 201


def test_the_page_for_a_code_says_why_and_keeps_the_name(browser: TestClient, there: Clinic) -> None:
    said = {"name": "nobody-here", "code": "abc", "new": NEW}
    answer = browser.post("/login/anew", data=said)
    assert (answer.status_code, 'value="nobody-here"' in answer.text, NEW in answer.text) == (
        401,
        True,
        False,
    )
