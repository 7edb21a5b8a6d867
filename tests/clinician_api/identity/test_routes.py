"""Logging in, staying in and being refused, as a browser sees it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from clinician_api.audit.models import AuditEntry
from clinician_api.db import Sessions
from clinician_api.identity.models import Account, Login, Membership
from clinician_api.identity.routes import COOKIE
from clinician_api.main import create_app
from clinician_api.passwords import Passwords
from clinician_api.settings import Settings
from tests.clinician_api.making import (
    NOW,
    PASSWORD,
    WEAK,
    Clinic,
    HandClock,
    clinic,
    enter,
    hold,
    login_name,
)


@pytest.fixture
def there(care: Sessions) -> Clinic:
    with care.begin() as db:
        return clinic(db)


@pytest.fixture
def name(care: Sessions, there: Clinic) -> str:
    with care() as db:
        return login_name(db, there.doctor)


def refusals(care: Sessions) -> list[tuple[str, UUID | None]]:
    """What was refused, and to whom."""
    rows = select(AuditEntry.action, AuditEntry.account).where(AuditEntry.outcome == "refused")
    with care() as db:
        return [(action, account) for action, account in db.execute(rows.order_by(AuditEntry.seq))]


def log_in(client: TestClient, name: str, password: str = PASSWORD) -> int:
    return client.post("/api/v1/logins", json={"name": name, "password": password}).status_code


def test_the_right_password_lets_in_and_says_who_one_is(client: TestClient, name: str, there: Clinic) -> None:
    answer = client.post("/api/v1/logins", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 201
    assert answer.json()["account"] == str(there.doctor)
    assert client.get("/api/v1/me").json()["roles"] == ["doctor"]


def test_a_wrong_password_and_an_unknown_name_are_refused_alike(
    client: TestClient, care: Sessions, name: str
) -> None:
    wrong = client.post("/api/v1/logins", json={"name": name, "password": "a-wrong-password"})
    unknown = client.post("/api/v1/logins", json={"name": "nobody", "password": "a-wrong-password"})
    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json(), "incident": ""} == {**unknown.json(), "incident": ""}
    assert wrong.headers["Content-Type"] == "application/problem+json"
    assert refusals(care) == [("login.wrong", None), ("login.wrong", None)]


def test_the_audit_knows_whose_password_was_guessed(
    client: TestClient, care: Sessions, name: str, there: Clinic
) -> None:
    log_in(client, name, "a-wrong-password")
    with care() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.outcome == "refused")).one()
    assert (entry.target_kind, entry.target) == ("account", there.doctor)
    assert "a-wrong-password" not in json.dumps(entry.facts)


def test_the_fifth_wrong_password_locks_the_name_for_fifteen_minutes(
    client: TestClient, care: Sessions, name: str, clock: HandClock
) -> None:
    for _ in range(5):
        assert log_in(client, name, "a-wrong-password") == 401
        clock.turn(timedelta(seconds=5))
    locked = client.post("/api/v1/logins", json={"name": name, "password": PASSWORD})
    assert (locked.status_code, locked.json()["code"]) == (429, "login.locked")
    assert int(locked.headers["Retry-After"]) == pytest.approx(15 * 60 - 5, abs=1)
    assert refusals(care)[-1] == ("login.locked", None)
    clock.turn(timedelta(minutes=15))
    assert log_in(client, name) == 201


def test_a_name_that_does_not_exist_locks_as_well(
    client: TestClient, there: Clinic, clock: HandClock
) -> None:
    for _ in range(5):
        assert log_in(client, "nobody") == 401
        clock.turn(timedelta(seconds=5))
    assert log_in(client, "nobody") == 429


def test_the_lock_after_a_lock_lasts_longer(client: TestClient, name: str, clock: HandClock) -> None:
    for _ in range(5):
        log_in(client, name, "a-wrong-password")
        clock.turn(timedelta(seconds=5))
    clock.turn(timedelta(minutes=15))
    assert log_in(client, name, "a-wrong-password") == 401
    clock.turn(timedelta(minutes=16))
    assert log_in(client, name) == 429


def test_success_forgets_earlier_failures(client: TestClient, name: str, clock: HandClock) -> None:
    for password in ["wrong-1", "wrong-2", PASSWORD, "wrong-3", "wrong-4"]:
        log_in(client, name, password)
        clock.turn(timedelta(seconds=5))
    assert log_in(client, name) == 201


def test_an_address_that_guesses_at_many_names_is_locked_too(
    app: FastAPI, client: TestClient, name: str
) -> None:
    few = replace(app.state.door.limits, address_failures=3)
    app.state.door = replace(app.state.door, limits=few)
    assert [log_in(client, f"name-{n}") for n in range(4)] == [401, 401, 401, 429]
    assert log_in(client, name) == 429


def test_a_login_never_takes_over_the_cookie_that_came_along(client: TestClient, name: str) -> None:
    hold(client, "planted-by-somebody-else")
    log_in(client, name)
    assert client.cookies[COOKIE] != "planted-by-somebody-else"


def test_logging_in_again_ends_the_login_before(client: TestClient, name: str) -> None:
    log_in(client, name)
    before = client.cookies[COOKIE]
    log_in(client, name)
    hold(client, before)
    assert client.get("/api/v1/me").status_code == 401


def test_scripts_cannot_read_the_cookie_and_other_sites_cannot_send_it(client: TestClient, name: str) -> None:
    answer = client.post("/api/v1/logins", json={"name": name, "password": PASSWORD})
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=lax" in answer.headers["Set-Cookie"]


def test_over_https_the_cookie_never_travels_in_the_clear(database_url: str, name: str) -> None:
    settings = Settings(database_url=database_url, public_origin="https://hearth.example")
    app = create_app(settings, clock=HandClock(NOW), passwords=WEAK)
    with TestClient(app, base_url="https://hearth.example") as client:
        answer = client.post("/api/v1/logins", json={"name": name, "password": PASSWORD})
    assert "; Secure" in answer.headers["Set-Cookie"]


def test_the_database_holds_no_token(client: TestClient, care: Sessions, name: str) -> None:
    log_in(client, name)
    with care() as db:
        kept = db.scalars(select(Login)).one()
    assert kept.digest == sha256(client.cookies[COOKIE].encode()).digest()


def test_staff_who_do_nothing_for_twenty_minutes_are_out(
    client: TestClient, there: Clinic, clock: HandClock
) -> None:
    enter(client, there.doctor)
    clock.turn(timedelta(minutes=19))
    assert client.get("/api/v1/me").status_code == 200
    clock.turn(timedelta(minutes=19))
    assert client.get("/api/v1/me").status_code == 200
    clock.turn(timedelta(minutes=20))
    assert client.get("/api/v1/me").status_code == 401


def test_staff_who_never_rest_are_out_after_twelve_hours(
    client: TestClient, there: Clinic, clock: HandClock
) -> None:
    enter(client, there.doctor)
    for _ in range(47):
        clock.turn(timedelta(minutes=15))
        assert client.get("/api/v1/me").status_code == 200
    clock.turn(timedelta(minutes=15))
    assert client.get("/api/v1/me").status_code == 401


def test_a_residents_phone_stays_in_for_weeks(
    client: TestClient, care: Sessions, there: Clinic, clock: HandClock
) -> None:
    with care() as db:
        name = login_name(db, there.own_account)
    answer = client.post("/api/v1/logins", json={"name": name, "password": PASSWORD})
    assert "Max-Age=2592000" in answer.headers["Set-Cookie"]
    clock.turn(timedelta(days=29))
    assert client.get("/api/v1/me").json()["resident"] == str(there.resident)


def test_whoever_logs_out_is_out_everywhere_that_cookie_went(client: TestClient, there: Clinic) -> None:
    enter(client, there.doctor)
    token = client.cookies[COOKIE]
    assert client.delete("/api/v1/logins").status_code == 204
    hold(client, token)
    assert client.get("/api/v1/me").status_code == 401


def test_a_person_sees_their_logins_and_ends_one_of_them(client: TestClient, there: Clinic) -> None:
    enter(client, there.doctor)
    lost = client.get("/api/v1/logins").json()[0]["id"]
    enter(client, there.doctor)
    assert client.delete(f"/api/v1/logins/{lost}").status_code == 204
    assert [login["current"] for login in client.get("/api/v1/logins").json()] == [True]


def test_nobody_ends_anothers_login(client: TestClient, there: Clinic) -> None:
    enter(client, there.nurse)
    of_the_nurse = client.get("/api/v1/logins").json()[0]["id"]
    enter(client, there.doctor)
    assert client.delete(f"/api/v1/logins/{of_the_nurse}").json()["code"] == "login.unknown"


def test_a_role_that_ended_is_gone_from_a_login_that_lasts(
    client: TestClient, care: Sessions, there: Clinic, clock: HandClock
) -> None:
    enter(client, there.doctor)
    with care.begin() as db:
        db.execute(update(Membership).where(Membership.account == there.doctor).values(until=clock.now))
    assert client.get("/api/v1/me").json()["roles"] == []
    assert client.get("/api/v1/residents").json() == []


def test_a_closed_account_is_out_and_stays_out(
    client: TestClient, care: Sessions, there: Clinic, name: str, clock: HandClock
) -> None:
    enter(client, there.doctor)
    with care.begin() as db:
        db.execute(update(Account).where(Account.id == there.doctor).values(closed_at=clock.now))
    assert client.get("/api/v1/me").status_code == 401
    assert log_in(client, name) == 401


def test_a_password_hashed_with_older_parameters_is_hashed_anew(
    app: FastAPI, client: TestClient, care: Sessions, name: str, there: Clinic
) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    app.state.door = replace(app.state.door, passwords=stronger)
    assert log_in(client, name) == 201
    with care() as db:
        assert "t=2" in db.get_one(Account, there.doctor).password
    assert log_in(client, name) == 201
