"""Coming in and going out by pages."""

from __future__ import annotations

from fastapi.testclient import TestClient

from clinician_api.db import Sessions
from tests.clinician_api.making import PASSWORD, login_name
from tests.clinician_api.web.conftest import Alarmed


def test_whoever_is_not_logged_in_is_led_to_the_door_and_back(
    client: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    led = client.get(f"/worklist?episode={alarmed.episode}", follow_redirects=False)
    assert led.status_code == 303
    with care() as db:
        name = login_name(db, alarmed.clinic.doctor)
    door = client.get(led.headers["location"])
    assert "登录" in door.text
    form = {"name": name, "password": PASSWORD, "next": f"/worklist?episode={alarmed.episode}"}
    entered = client.post("/login", data=form)
    assert entered.status_code == 200
    assert "王秀英" in entered.text


def test_staff_land_at_the_desk_and_residents_at_home(
    client: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    with care() as db:
        names = [login_name(db, each) for each in (alarmed.clinic.doctor, alarmed.clinic.own_account)]
    landed = [client.post("/login", data={"name": name, "password": PASSWORD}).url.path for name in names]
    assert landed == ["/worklist", "/me"]


def test_a_wrong_login_says_nothing_of_which_half_was_wrong(
    client: TestClient, care: Sessions, alarmed: Alarmed
) -> None:
    with care() as db:
        name = login_name(db, alarmed.clinic.doctor)
    wrong = client.post("/login", data={"name": name, "password": "no"})
    unknown = client.post("/login", data={"name": "nobody", "password": "no"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(name, "x") == unknown.text.replace("nobody", "x")
    assert "登录没有成功" in wrong.text


def test_a_locked_name_is_told_how_long_to_wait(client: TestClient, alarmed: Alarmed) -> None:
    answers = [client.post("/login", data={"name": "li.min", "password": "no"}) for _ in range(12)]
    assert answers[-1].status_code == 429
    assert "尝试次数过多" in answers[-1].text


def test_what_is_typed_at_the_door_is_escaped(client: TestClient, alarmed: Alarmed) -> None:
    answer = client.post(
        "/login", data={"name": '"><script>alert(1)</script>', "password": "no", "next": '/"><b>'}
    )
    assert "<script>alert" not in answer.text
    assert 'value="/&#34;&gt;&lt;b&gt;"' in answer.text


def test_static_files_are_kept_for_good_by_their_mark_and_pages_never(
    client: TestClient, alarmed: Alarmed
) -> None:
    door = client.get("/login")
    assert door.headers["cache-control"] == "no-store"
    marked = client.get("/static/staff.css?v=1")
    assert "immutable" in marked.headers["cache-control"]
    assert client.get("/static/live.js").headers["cache-control"] == "no-cache"
    assert client.get("/static/../pages.py").status_code == 404


def test_logging_out_ends_it(client: TestClient, care: Sessions, alarmed: Alarmed) -> None:
    with care() as db:
        name = login_name(db, alarmed.clinic.doctor)
    html = client.post("/login", data={"name": name, "password": PASSWORD}).text
    csrf = html.split('name="csrf" value="')[1].split('"')[0]
    assert client.post("/logout", data={"csrf": csrf}).url.path == "/login"
    assert client.get("/worklist", follow_redirects=False).status_code == 303
