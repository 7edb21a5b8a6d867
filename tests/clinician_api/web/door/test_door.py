"""From the door to being in: second factors, codes by telephone, squares, and who knocks too often."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import cast
from uuid import UUID

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from clinician_api.db import Sessions
from clinician_api.identity import binding, logins
from clinician_api.identity import service as identity
from clinician_api.identity.models import Account, OneTimeCode, Resident
from clinician_api.main import create_app
from clinician_api.notices.models import Notice
from clinician_api.settings import Settings
from tests.clinician_api.making import NOW, ORIGIN, PASSWORD, WEAK, Clinic, HandClock, actor, clinic, enter
from tests.clinician_api.web.test_staff import logged_in, send

PHONE = "13812345678"
CHANNELS = """
[[channel]]
name = "text"
kind = "file"
path = '{letters}'
needs = "phone"
audiences = ["resident", "staff", "family"]
"""


@pytest.fixture
def people(care: Sessions) -> Clinic:
    with care.begin() as db:
        found = clinic(db)
        db.execute(update(Resident).where(Resident.id != found.resident).values(phone=None))
    return found


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    return tmp_path / "letters.jsonl"


@pytest.fixture
def door(
    database_url: str, people: Clinic, clock: HandClock, tmp_path: Path, letters: Path
) -> Iterator[TestClient]:
    """A browser at the door of a server on which staff need a second factor."""
    file = tmp_path / "channels.toml"
    file.write_text(CHANNELS.format(letters=letters))
    settings = Settings(
        database_url=database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        keys=tmp_path / "keys",
        channels=file,
        address_failures=30,
    )
    with TestClient(create_app(settings, clock=clock, passwords=WEAK), base_url=ORIGIN) as browser:
        yield browser


def name_of(care: Sessions, account: UUID) -> str:
    with care() as db:
        return db.scalars(select(Account.name).where(Account.id == account)).one()


def knock(door: TestClient, care: Sessions, account: UUID) -> str:
    """Where a right password leads."""
    said = {"name": name_of(care, account), "password": PASSWORD}
    answer = door.post("/login", data=said, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def code_in(letters: Path) -> str:
    newest = json.loads(letters.read_text().splitlines()[-1])
    found = re.search(r"\d{6}", newest["body"])
    assert found is not None
    assert newest["to"] == PHONE
    return found[0]


def enrol(door: TestClient, clock: HandClock) -> tuple[pyotp.TOTP, list[str]]:
    page = door.get("/login/second").text
    otp = pyotp.TOTP(re.findall(r"<code>([A-Z2-7]{32})</code>", page)[0])
    assert "<svg" in page
    done = send(door, page, "/login/second", code=otp.at(clock()))
    assert done.status_code == 200
    return otp, re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", done.text)


def test_staff_set_up_a_second_factor_and_are_asked_for_it_from_then_on(
    door: TestClient, care: Sessions, people: Clinic, clock: HandClock
) -> None:
    assert knock(door, care, people.doctor) == "/login/second"
    assert door.get("/worklist", follow_redirects=False).status_code == 303
    otp, paper = enrol(door, clock)
    assert len(paper) == 10
    assert door.get("/worklist").status_code == 200
    door.cookies.clear()
    clock.turn(timedelta(minutes=1))
    assert knock(door, care, people.doctor) == "/login/code?next=/"
    assert door.get("/api/v1/me").status_code == 401
    before = door.cookies["hl_login"]
    page = door.get("/login/code").text
    assert send(door, page, "/login/code", code="000000").status_code == 401
    assert "这个验证码不对" in send(door, page, "/login/code", code="000000").text
    assert send(door, page, "/login/code", code=otp.at(clock())).headers["location"] == "/"
    assert door.get("/api/v1/me").status_code == 200
    assert door.cookies["hl_login"] != before
    door.cookies.clear()
    knock(door, care, people.doctor)
    assert send(door, door.get("/login/code").text, "/login/code", code=paper[0]).status_code == 303


def test_who_guesses_the_code_is_locked_out_and_the_password_does_not_help(
    door: TestClient, care: Sessions, people: Clinic, clock: HandClock
) -> None:
    knock(door, care, people.doctor)
    otp, _ = enrol(door, clock)
    door.cookies.clear()
    knock(door, care, people.doctor)
    page = door.get("/login/code").text
    statuses = []
    for guess in range(7):
        statuses.append(send(door, page, "/login/code", code=f"{guess:06}").status_code)
        clock.turn(timedelta(seconds=10))
    assert statuses[-1] == 429
    assert send(door, page, "/login/code", code=otp.at(clock())).status_code == 429


def test_a_resident_logs_in_by_a_code_to_their_telephone(
    door: TestClient, people: Clinic, letters: Path, care: Sessions
) -> None:
    assert "/login/phone" in door.get("/login").text
    enter(door, people.own_account)
    left_behind = door.cookies["hl_login"]
    page = send(door, door.get("/login/phone").text, "/login/phone", phone=PHONE).text
    answer = send(door, page, "/login/phone/code", code=code_in(letters))
    assert answer.headers["location"] == "/me"
    assert door.get("/me").status_code == 200
    with care() as db:
        assert logins.actor_of(db, left_behind, now=NOW) is None
    again = send(door, page, "/login/phone/code", code=code_in(letters))
    assert again.status_code == 401
    with care() as db:
        assert code_in(letters).encode() not in b"".join(db.scalars(select(OneTimeCode.digest)))


def test_a_number_that_nobody_has_gets_the_same_page_and_no_message(door: TestClient, letters: Path) -> None:
    known, unknown = (
        door.post("/login/phone", data={"phone": each}).text.replace(each, "N")
        for each in (PHONE, "13900000000")
    )
    assert known == unknown
    assert len(letters.read_text().splitlines()) == 1


def test_a_code_is_old_after_five_minutes_and_by_a_newer_one_and_never_good_before_it_was_made(
    door: TestClient, people: Clinic, letters: Path, clock: HandClock
) -> None:
    def tried(code: str) -> int:
        said = {"phone": PHONE, "code": code}
        return door.post("/login/phone/code", data=said, follow_redirects=False).status_code

    door.post("/login/phone", data={"phone": PHONE})
    first = code_in(letters)
    clock.turn(timedelta(seconds=-30))
    assert tried(first) == 401
    clock.turn(timedelta(seconds=10))
    clock.turn(timedelta(minutes=6))
    assert tried(first) == 401
    door.post("/login/phone", data={"phone": PHONE})
    second = code_in(letters)
    door.post("/login/phone", data={"phone": PHONE})
    assert code_in(letters) == second or tried(second) == 401
    clock.turn(timedelta(seconds=10))
    assert tried(code_in(letters)) == 303


def test_five_guesses_end_a_code_and_six_messages_an_hour_are_too_many(
    door: TestClient, people: Clinic, letters: Path, clock: HandClock
) -> None:
    door.post("/login/phone", data={"phone": PHONE})
    right = code_in(letters)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(6):
        door.post("/login/phone/code", data={"phone": PHONE, "code": wrong})
        clock.turn(timedelta(seconds=20))
    assert door.post("/login/phone/code", data={"phone": PHONE, "code": right}).status_code in {401, 429}
    statuses = [door.post("/login/phone", data={"phone": PHONE}).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


def test_of_many_who_ask_at_once_no_more_messages_go_than_of_those_who_ask_in_turn(
    door: TestClient, people: Clinic, letters: Path
) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(door.post, "/login/phone", data={"phone": PHONE}) for _ in range(12)]
    assert sorted(each.result().status_code for each in asked) == [200] * 5 + [429] * 7
    assert len(letters.read_text().splitlines()) == 5


def test_who_asks_for_the_codes_of_many_numbers_is_stopped_and_may_still_log_in(
    door: TestClient, people: Clinic, care: Sessions
) -> None:
    numbers = [f"139000000{n:02}" for n in range(31)]
    statuses = [door.post("/login/phone", data={"phone": each}).status_code for each in numbers]
    assert statuses == [200] * 30 + [429]
    assert knock(door, care, people.doctor) == "/login/second"


def test_a_stranger_who_knocks_ends_no_code_for_help(door: TestClient, people: Clinic, letters: Path) -> None:
    helper = logged_in(door, people.nurse)
    page = send(helper, helper.get("/family").text, "/family/help", phone=PHONE).text
    code = code_in(letters)
    door.post("/api/v1/logins/phone", json={"phone": PHONE})
    assert send(helper, page, "/family/help/code", code=code).headers["location"] == "/me"


def test_a_code_is_sent_when_it_is_stored_and_the_answer_has_left(
    door: TestClient, people: Clinic, care: Sessions
) -> None:
    stored: list[int | None] = []

    def slow(*_letter: object) -> bool:
        with care() as db:
            stored.append(db.scalar(select(func.count()).select_from(OneTimeCode)))
        return True

    cast("FastAPI", door.app).state.send_code = slow
    door.post("/login/phone", data={"phone": PHONE})
    assert stored == [1]


def test_a_couple_with_one_telephone_is_asked_who_it_is(
    door: TestClient, people: Clinic, letters: Path, care: Sessions
) -> None:
    with care.begin() as db:
        db.execute(update(Resident).values(phone=PHONE))
    door.post("/login/phone", data={"phone": PHONE})
    page = door.post("/login/phone/code", data={"phone": PHONE, "code": code_in(letters)}).text
    assert len(re.findall('name="resident"', page)) == 2
    strange = {"phone": PHONE, "code": code_in(letters), "resident": str(UUID(int=5))}
    assert door.post("/login/phone/code", data=strange).status_code == 422
    mine = strange | {"resident": str(people.stranger)}
    assert door.post("/login/phone/code", data=mine, follow_redirects=False).status_code == 303
    assert door.get("/api/v1/me").json()["resident"] == str(people.stranger)


def test_a_square_binds_a_telephone_once(
    client: TestClient, people: Clinic, clock: HandClock, care: Sessions
) -> None:
    doctor = logged_in(client, people.doctor)
    html = doctor.get(f"/residents/{people.resident}/identity").text
    assert "<svg" in send(doctor, html, f"/residents/{people.resident}/identity/phone").text
    with care.begin() as db:
        secret = binding.offer(db, actor(db, people.doctor), people.resident, now=NOW)
    client.cookies.clear()
    page = client.get(f"/bind/{secret}").text
    assert send(client, page, f"/bind/{secret}").headers["location"] == "/me"
    assert client.get("/me").status_code == 200
    with care() as db:
        told = db.scalars(select(Notice).where(Notice.code == "phone.bound")).one()
    assert (told.recipient_kind, told.recipient) == ("resident", people.resident)
    client.cookies.clear()
    assert client.get(f"/bind/{secret}").status_code == 404
    assert client.post(f"/bind/{secret}", data={"yes": "true"}).status_code == 404


def test_a_square_is_too_old_after_ten_minutes_and_made_for_no_stranger(
    client: TestClient, people: Clinic, clock: HandClock
) -> None:
    doctor = logged_in(client, people.doctor)
    html = doctor.get(f"/residents/{people.resident}/identity").text
    foreign = html.replace(str(people.resident), str(people.stranger))
    assert send(doctor, foreign, f"/residents/{people.stranger}/identity/phone").status_code == 404


def test_two_hundred_at_once_are_answered_and_none_gets_in(
    door: TestClient, people: Clinic, care: Sessions
) -> None:
    name = name_of(care, people.doctor)

    def guess(n: int) -> int:
        said = {"name": name if n % 2 else f"nobody{n}", "password": f"guess{n}"}
        return door.post("/login", data=said, follow_redirects=False).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(guess, range(200)))
    assert set(statuses) <= {401, 429}
    assert statuses.count(401) <= 30


def test_no_form_of_the_door_is_taken_from_another_site(door: TestClient, people: Clinic) -> None:
    forms = {
        "/login/code": {"code": "000000"},
        "/login/second": {"code": "000000"},
        "/login/phone": {"phone": PHONE},
        "/login/phone/code": {"phone": PHONE, "code": "000000"},
        "/bind/aaaaaaaaaaaaaaaaaaaaaaaa": {"yes": "true"},
    }
    strange = {"Origin": "https://evil.example"}
    statuses = {path: door.post(path, data=said, headers=strange).status_code for path, said in forms.items()}
    assert set(statuses.values()) == {403}, statuses


def test_a_link_from_elsewhere_leads_to_the_door_and_so_does_the_way_back_from_a_directory(
    door: TestClient, people: Clinic, care: Sessions
) -> None:
    """Browsers call both cross-site; they change nothing."""
    assert knock(door, care, people.doctor) == "/login/second"
    strange = {"Sec-Fetch-Site": "cross-site"}
    statuses = [door.get(path, headers=strange).status_code for path in ("/login/second", "/login/phone")]
    assert statuses == [200, 200]


def test_no_answer_leads_to_the_host_that_a_request_names(door: TestClient) -> None:
    paths = ("/login/", "/login/phone/", "/me/", "/", "/worklist")
    answers = [door.get(path, headers={"Host": "evil.example"}, follow_redirects=False) for path in paths]
    assert [each.headers["location"] for each in answers if "evil" in each.headers.get("location", "")] == []


@pytest.mark.parametrize("typed", ["<script>", "' or 1=1 --", "１２３４５６", "12345", "1234567", "{{7*7}}"])
def test_what_is_no_code_is_refused_in_words(
    door: TestClient, people: Clinic, care: Sessions, typed: str
) -> None:
    answer = door.post("/login/phone/code", data={"phone": PHONE, "code": typed})
    assert answer.status_code == 422
    assert typed not in answer.text or typed.isdigit()
    with care() as db:
        assert db.scalar(select(func.count()).select_from(OneTimeCode)) == 0


def test_who_lost_both_is_helped_by_the_security_of_their_own_house(
    door: TestClient, care: Sessions, people: Clinic, clock: HandClock
) -> None:
    knock(door, care, people.doctor)
    enrol(door, clock)
    with care.begin() as db:
        identity.join(db, people.supervisor, "security", team=None, since=NOW - timedelta(days=1))
    place = f"/api/v1/accounts/{people.doctor}/second"
    enter(door, people.supervisor)
    own = door.delete(f"/api/v1/accounts/{people.supervisor}/second")
    assert (own.status_code, own.json()["code"]) == (403, "account.not_for_oneself")
    assert door.delete(place).status_code == 204
    door.cookies.clear()
    assert knock(door, care, people.doctor) == "/login/second"


def test_a_helper_acts_for_whoever_reads_out_the_code_and_cannot_sign(
    door: TestClient, people: Clinic, letters: Path, clock: HandClock, care: Sessions
) -> None:
    helper = logged_in(door, people.nurse)
    page = send(helper, helper.get("/family").text, "/family/help", phone=PHONE).text
    assert send(helper, page, "/family/help/code", code=code_in(letters)).headers["location"] == "/me"
    me = door.get("/api/v1/me").json()
    assert (me["resident"], me["behalf"]) == (str(people.resident), str(people.resident))
    assert "sign" not in me["scopes"]
    for _ in range(7):
        clock.turn(timedelta(minutes=15))
        assert door.get("/api/v1/me").json()["behalf"] is not None
    clock.turn(timedelta(minutes=15))
    assert door.get("/api/v1/me").json()["behalf"] is None
