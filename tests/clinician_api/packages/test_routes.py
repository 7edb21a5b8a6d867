"""The catalogue over HTTP: read by anybody, written by administrators of the institution alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clinician_api.packages.offers import DAY
from tests.clinician_api.packages.places import Office, office

PATH = "/api/v1/packages"
OFFER: dict[str, Any] = {
    "code": "feet",
    "kind": "personal",
    "name": {"zh": "足部护理", "en": "Feet"},
    "population": ["diabetes"],
    "price": "60.00",
    "items": [
        {
            "code": "feet.visit",
            "name": {"zh": "足部检查", "en": "Feet looked at"},
            "promised": 2,
            "most": 4,
            "payers": ["resident"],
            "evidence": ["examination"],
        }
    ],
}


@pytest.fixture(scope="module")
def there(module_database_url: str) -> Iterator[Office]:
    yield from office(module_database_url)


def test_anybody_reads_what_is_on_offer_and_nobody_a_draft(there: Office) -> None:
    found = there.stranger().get(PATH, params={"institution": str(there.institution)})
    assert found.status_code == 200
    assert {"basic", "hypertension", "at_home"} <= {each["code"] for each in found.json()}
    one = found.json()[0]
    assert there.stranger().get(f"{PATH}/{one['id']}").json() == one
    draft = there.administrator().post(PATH, json=OFFER | {"code": "draft_alone"}).json()
    assert there.stranger().get(f"{PATH}/{draft['id']}").status_code == 404


def test_an_administrator_writes_publishes_and_follows_up_a_package(there: Office) -> None:
    browser = there.administrator()
    draft = browser.post(PATH, json=OFFER)
    assert draft.status_code == 201
    version, edition = draft.json()["id"], draft.json()["edition"]
    dearer = OFFER | {"price": "90.00"}
    changed = browser.put(f"{PATH}/{version}", json={"edition": edition, "offer": dearer}).json()
    assert (changed["price"], changed["edition"]) == ("90.00", edition + 1)
    stale = browser.put(f"{PATH}/{version}", json={"edition": edition, "offer": OFFER})
    assert (stale.status_code, stale.json()["code"]) == (409, "package.draft_changed")
    said = {"edition": edition + 1, "effective_from": DAY.isoformat()}
    published = browser.post(f"{PATH}/{version}/publish", json=said).json()
    assert len(published["fingerprint"]) == 64
    offered = {each["code"]: each for each in there.stranger().get(PATH, params=there.here).json()}
    assert offered["feet"] == published
    assert "feet" not in {each["code"] for each in there.stranger().get(PATH).json()}
    browser = there.administrator()
    again = browser.post(f"{PATH}/{published['package']}/draft").json()
    assert (again["number"], again["price"]) == (2, "90.00")
    assert browser.delete(f"{PATH}/{again['id']}", params={"edition": again["edition"]}).status_code == 204
    assert (
        browser.post(f"{PATH}/{published['package']}/retire", json={"from_day": str(DAY)}).status_code == 204
    )
    assert "feet" not in {each["code"] for each in there.stranger().get(PATH, params=there.here).json()}


def test_everybodys_package_is_adapted_and_goes_on_for_the_others(there: Office) -> None:
    browser = there.administrator()
    shelves = browser.get(f"{PATH}/shelves").json()
    everybodys = next(each for each in shelves if each["versions"][0]["code"] == "elderly")
    assert not everybodys["is_own"]
    draft = browser.post(f"{PATH}/{everybodys['package']}/draft").json()
    assert (draft["code"], draft["institution"]) == ("elderly", str(there.institution))
    said = {"edition": draft["edition"], "effective_from": DAY.isoformat()}
    assert browser.post(f"{PATH}/{everybodys['current']}/publish", json=said).status_code == 404
    own = browser.post(f"{PATH}/{draft['id']}/publish", json=said).json()
    here = {each["code"]: each["id"] for each in there.stranger().get(PATH, params=there.here).json()}
    elsewhere = {each["code"]: each["id"] for each in there.stranger().get(PATH).json()}
    assert (here["elderly"], elsewhere["elderly"]) == (own["id"], everybodys["current"])


def test_another_institutions_administrator_finds_nothing_of_it(there: Office) -> None:
    draft = there.administrator().post(PATH, json=OFFER | {"code": "secret"}).json()
    other = there.other_administrator()
    assert "secret" not in {each["versions"][0]["code"] for each in other.get(f"{PATH}/shelves").json()}
    asked = {"edition": 1, "offer": OFFER | {"code": "secret"}}
    assert other.put(f"{PATH}/{draft['id']}", json=asked).status_code == 404
    assert other.delete(f"{PATH}/{draft['id']}", params={"edition": 1}).status_code == 404
    assert other.post(f"{PATH}/{draft['package']}/draft").status_code == 404


def test_nobody_else_may_write_it(there: Office) -> None:
    for account in (
        there.people.doctor,
        there.people.leader,
        there.people.supervisor,
        there.people.own_account,
    ):
        browser = there.entered(account)
        assert browser.post(PATH, json=OFFER | {"code": "mine"}).status_code == 403
        assert browser.get(f"{PATH}/shelves").status_code == 403
    assert there.stranger().post(PATH, json=OFFER).status_code == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"price": "-1"}, "price"),
        ({"price": "1.005"}, "price"),
        ({"code": "A B"}, "code"),
        ({"items": []}, "items"),
        ({"population": ["aliens"]}, "population"),
        ({"name": {"zh": "足\u0000", "en": "x"}}, "zh"),
        ({"extra": 1}, "body"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_by_its_field(
    there: Office, change: dict[str, Any], field: str
) -> None:
    refused = there.administrator().post(PATH, json=OFFER | {"code": "bad"} | change)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
