"""The administrator's page of the region: what holds, what a file would change, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clinician_api.identity import service as identity
from tests.clinician_api.making import NOW, enter, make_account
from tests.clinician_api.serving import serving
from tests.clinician_api.web.contracts.test_own_pages import send

_HERE = "/admin/region"
_FILE = """effective_from = 2026-03-02
[region]
code = "{code}"
[fees]
personal = "{fee}"
waived_for = ["elderly"]
"""


@dataclass(frozen=True, slots=True)
class Place:
    browser: TestClient
    code: str

    def says(self, text: str, do: str = "look", seen: str = "") -> tuple[int, str]:
        form = self.browser.get(_HERE).text
        answer = send(self.browser, form, _HERE, text=text, do=do, seen=seen)
        return answer.status_code, answer.text

    def file(self, fee: str) -> str:
        return _FILE.format(code=self.code, fee=fee)


@pytest.fixture(scope="module")
def there(module_database_url: str) -> Iterator[Place]:
    with serving(module_database_url) as browser:
        enter(browser, administrator(browser, "310107"))
        yield Place(browser, "310107")


def administrator(browser: TestClient, code: str) -> UUID:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        region = identity.region_by_code(db, code) or identity.create_region(db, code, "普陀区")
        house = identity.create_institution(db, "曹杨", phone="051257600009", region=region)
        account = make_account(db, "沈洁", institution=house, now=NOW)
        identity.join(db, account, "administrator", team=None, since=NOW)
    return account


def seen(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]


def test_what_was_looked_at_is_what_is_put_in_force(there: Place) -> None:
    status, looked = there.says(there.file("15.00"))
    assert (status, "15.00" in looked, "老年人" in looked) == (200, True, True)
    unseen, _ = there.says(there.file("16.00"), do="apply", seen=seen(looked))
    assert unseen == 409
    status, page = there.says(there.file("15.00"), do="apply", seen=seen(looked))
    assert status == 200
    assert "310107" in page
    assert "15.00" in page
    assert "不会有变化" in there.says(there.file("15.00"))[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ 7*7 }}<script>alert(1)</script>", "这不是 TOML"),
        (_FILE.format(code="310107", fee="-1"), "有一项填写不对"),
        (
            "effective_from = 2026-03-02\n[region]\ncode = '310107'\n[capacity]\nper_doctor = 9999",
            "per_doctor",
        ),
    ],
)
def test_a_wrong_file_comes_back_as_it_was_typed_with_what_is_wrong(
    there: Place, text: str, words: str
) -> None:
    status, page = there.says(text)
    assert status == 422
    assert words in page
    assert "<script>alert" not in page
    assert text.split("\n", maxsplit=1)[0][:10].replace("<", "&lt;") in page


def test_a_file_may_be_chosen_instead_of_typed(there: Place) -> None:
    fields = {"do": "look", "text": "ignored"}
    chosen = {"file": ("region.toml", there.file("17.00").encode())}
    assert "17.00" in there.browser.post(_HERE, data=fields, files=chosen).text


def test_a_region_of_several_houses_is_left_to_whoever_runs_the_server(there: Place) -> None:
    _, looked = there.says(there.file("18.00"))
    assert "不是贵机构所在区域" in there.says(_FILE.format(code="999", fee="1"))[1]
    administrator(there.browser, "310107")
    status, page = there.says(there.file("18.00"), do="apply", seen=seen(looked))
    assert status == 422
    assert "还有其他机构" in page
