"""What a first visit to the pages of contracts weighs and when it is seen, by the worklist's budgets."""

from __future__ import annotations

from uuid import UUID

import pytest

from clinician_api.contracts import service as contracts
from clinician_api.contracts.acts import Form
from clinician_api.contracts.service import Wish
from clinician_api.identity import service as identity
from tests.clinician_api.contracts.signing_up import agree
from tests.clinician_api.making import NOW, actor, make_account, make_resident
from tests.clinician_api.web.conftest import Desk
from tests.clinician_api.web.test_budgets import File, slow_paint, visit, wire

pytestmark = pytest.mark.browser

_WAITING = 50
_RESIDENTS = 45_000
_STAFFS = 90_000


@pytest.fixture
def waiting(ready: Desk) -> Desk:
    """Fifty have applied to the team."""
    with ready.app.state.sessions.begin() as db:
        for number in range(_WAITING):
            resident = make_resident(db, f"居民{number}")
            account = make_account(db, f"居民{number}", resident=resident, now=NOW)
            agree(db, resident, account)
            who = actor(db, account)
            row = contracts.draft(db, who, Wish(resident, ready.people.team), now=NOW)
            contracts.apply(db, who, Form(row.id, row.version), now=NOW)
    return ready


@pytest.fixture
def administrator(desk: Desk) -> UUID:
    with desk.app.state.sessions.begin() as db:
        account = make_account(db, "沈洁", institution=desk.people.institution, now=NOW)
        identity.join(db, account, "administrator", team=None, since=NOW)
    return account


def excess(files: list[File], most: int, most_scripts: int) -> list[str]:
    """What is too heavy, or in the way of the first paint."""
    blocking = [f"{file.name} blocks" for file in files if file.blocks and file.name.endswith(".js")]
    sums = ((wire(files), most), (wire(files, ".js"), most_scripts))
    return blocking + [f"{found} of {allowed}" for found, allowed in sums if found > allowed]


def test_each_page_of_a_residents_contract_is_at_most_45_kilobytes(ready: Desk, newcomer: UUID) -> None:
    team, contract = ready.people.team, ready.people.contract
    own = [f"/me/contract/{contract}/{page}" for page in ("renew", "change", "end")]
    new = [f"/me/contract/new{page}?team={team}" for page in ("", "/packages", "/consent", "/check")]
    accounts = {"/me/contract": newcomer, **dict.fromkeys(new, newcomer)}
    accounts |= dict.fromkeys((*own, "/me/services", "/me/rights"), ready.people.own_account)
    found = {
        path: excess(visit(ready, account, path)[1], _RESIDENTS, 20_000) for path, account in accounts.items()
    }
    assert {path: each for path, each in found.items() if each} == {}


def test_each_page_of_staff_about_contracts_is_at_most_90_kilobytes(
    waiting: Desk, administrator: UUID
) -> None:
    people = waiting.people
    accounts = {
        "/contracts": people.doctor,
        f"/contracts/{people.contract}": people.doctor,
        **dict.fromkeys(
            ("/admin", "/admin/teams", f"/admin/teams/{people.team}", "/admin/packages"), administrator
        ),
    }
    found = {
        path: excess(visit(waiting, account, path)[1], _STAFFS, 35_000) for path, account in accounts.items()
    }
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.truth
@pytest.mark.parametrize("path", ["/me/contract", "/me/contract/new"])
def test_who_signs_up_sees_something_within_2_seconds_on_slow_3g(
    ready: Desk, newcomer: UUID, path: str
) -> None:
    assert slow_paint(ready, newcomer, path) <= 2.0


@pytest.mark.truth
def test_the_queue_and_the_overview_are_seen_within_2_and_a_half_seconds_on_slow_3g(
    waiting: Desk, administrator: UUID
) -> None:
    seconds = (
        slow_paint(waiting, waiting.people.doctor, "/contracts"),
        slow_paint(waiting, administrator, "/admin"),
    )
    assert max(seconds) <= 2.5, seconds
