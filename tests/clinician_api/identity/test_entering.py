"""One person gets one file, with a number of its own and who entered it written down; nobody sees it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import cast
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import func, select

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit.models import AuditEntry
from clinician_api.audit.rules import By
from clinician_api.errors import ConflictError
from clinician_api.identity import entering, papers, service
from clinician_api.identity.entering_schemas import EnteredIn
from clinician_api.identity.models import Resident
from tests.clinician_api.identity.test_family_routes import API, said
from tests.clinician_api.identity.test_numbers import number_of
from tests.clinician_api.making import NOW, Clinic, actor, clinic, enter, make_resident
from tests.clinician_api.serving import serving


@pytest.fixture(scope="module")
def browser(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(module_database_url, folder=tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(scope="module")
def there(browser: TestClient) -> Clinic:
    with state(browser).sessions.begin() as db:
        return clinic(db)


def state(browser: TestClient):  # type: ignore[no-untyped-def]  # noqa: ANN201 (Starlette's own bag)
    return cast("FastAPI", browser.app).state


def card(sequence: str, name: str = "陈桂英") -> EnteredIn:
    number = SecretStr(number_of("19540506", sequence))
    return EnteredIn(kind="resident_id", number=number, name=name, phone="138 1234 5678", address="兰溪路")


def nurse(browser: TestClient, there: Clinic) -> Actor:
    with state(browser).sessions() as db:
        return actor(db, there.nurse)


def test_somebody_is_entered_once_and_written_down_and_seen_by_nobody(
    browser: TestClient, there: Clinic
) -> None:
    new, staff, here = card("012"), nurse(browser, there), state(browser)
    with here.sessions.begin() as db:
        resident = entering.enter(db, here.kms, staff, new, now=NOW)
    with here.sessions() as db:
        row = db.get_one(Resident, resident)
        assert (row.name, row.sex, row.born, row.phone) == (
            "陈桂英",
            "female",
            date(1954, 5, 6),
            "13812345678",
        )
        assert papers.whose(db, here.kms, "resident_id", new.number.get_secret_value()) == resident
        written = select(AuditEntry).where(AuditEntry.resident == resident)
        entries = list(db.scalars(written))
        assert {each.action for each in entries} == {"resident.entered", "document.stated"}
        assert {each.account for each in entries} == {there.nurse}
        assert all("陈" not in str(each.facts) for each in entries)
        for account in (there.nurse, there.doctor, there.supervisor, there.duty):
            assert not access.may_see(db, actor(db, account), resident, now=NOW)
    with here.sessions() as db, pytest.raises(ConflictError, match=r"document\.of_another"):
        entering.enter(db, here.kms, staff, replace_name(new, "别人"), now=NOW)


def replace_name(new: EnteredIn, name: str) -> EnteredIn:
    return new.model_copy(update={"name": name})


def test_a_card_that_was_put_down_by_its_former_number_is_known(browser: TestClient, there: Clinic) -> None:
    new, here = card("022"), state(browser)
    with here.sessions() as db:
        former = new.number.get_secret_value()
        papers.state(db, here.kms, By(), make_resident(db), "resident_id", former[:6] + former[8:17], now=NOW)
        assert papers.holder(db, here.kms, "resident_id", former.lower()) is not None
        with pytest.raises(ConflictError, match=r"document\.of_another"):
            entering.enter(db, here.kms, actor(db, there.nurse), new, now=NOW)


def test_of_two_at_once_with_the_same_number_one_gets_a_file(browser: TestClient, there: Clinic) -> None:
    here, staff, new = state(browser), nurse(browser, there), card("032", "同时")

    def one(_n: int) -> UUID | str:
        try:
            with here.sessions.begin() as db:
                return entering.enter(db, here.kms, staff, new, now=NOW)
        except ConflictError as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one, range(4)))
    assert found.count("document.of_another") == 3
    with here.sessions() as db:
        assert db.scalar(select(func.count()).select_from(Resident).where(Resident.name == "同时")) == 1


def test_a_file_number_that_is_taken_is_drawn_again(browser: TestClient, there: Clinic) -> None:
    here = state(browser)
    with here.sessions() as db:
        staff, drawn = actor(db, there.nurse), iter([4_200_417, 4_200_417, 4_200_418])
        for sequence in ("042", "044"):
            entering.enter(db, here.kms, staff, card(sequence), now=NOW, draw=lambda _most: next(drawn))
        assert service.by_file_number(db, "000000-42-00418") is not None
        with pytest.raises(ConflictError, match=r"resident\.no_file_number"):
            entering.enter(db, here.kms, staff, card("046"), now=NOW, draw=lambda _most: 4_200_417)
        assert db.scalar(select(func.count()).where(Resident.file_number.like("000000-42-%"))) == 2


def test_who_works_at_the_counter_enters_over_http(browser: TestClient, there: Clinic) -> None:
    body = {"kind": "passport", "number": "E7654321", "name": "'; drop table care.resident --{{7*7}}"}
    body |= {"sex": "male", "born": "1960-02-29"}
    enter(browser, there.nurse)
    done = browser.post(f"{API}/residents", json=body)
    assert (done.status_code, set(done.json())) == (201, {"id", "file_number"})
    assert browser.get(f"{API}/residents/{done.json()['id']}").status_code == 404
    assert said(browser.post(f"{API}/residents", json=body)) == (409, "document.of_another")
    late = body | {"number": "E7654322", "born": "1880-02-29"}
    assert said(browser.post(f"{API}/residents", json=late)) == (422, "resident.born_too_long_ago")
    for wrong in (
        {"name": " "},
        {"name": "a\x00"},
        {"phone": "a lot"},
        {"born": "1960-02-30"},
        {"role": "x"},
    ):
        assert said(browser.post(f"{API}/residents", json=body | wrong))[0] == 422
    for account in (there.duty, there.own_account):
        enter(browser, account)
        assert said(browser.post(f"{API}/residents", json=body))[0] == 403
