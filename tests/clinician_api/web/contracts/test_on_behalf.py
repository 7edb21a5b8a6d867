"""Signing up for somebody else at 320 pixels: a helper who may sign, one who may only look, a mother."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from clinician_api.access.rules import Scope
from clinician_api.audit.rules import By
from clinician_api.contracts.models import ContractSignature
from clinician_api.identity import papers, proxies
from clinician_api.identity import service as identity
from clinician_api.identity.minding import Basis, Relation, Wanted
from clinician_api.identity.schemas import NewResident
from tests.clinician_api.identity.test_numbers import number_of
from tests.clinician_api.making import NOW, make_account
from tests.clinician_api.web.conftest import Desk
from tests.clinician_api.web.contracts.walking import (
    SMALL,
    asks_a_team,
    fits,
    is_accepted,
    is_signed,
    queue_of,
    signs,
)

pytestmark = pytest.mark.browser

_YEAR: Final = timedelta(days=365)


def helper(desk: Desk, resident: UUID, basis: Basis, relation: Relation, scopes: frozenset[Scope]) -> UUID:
    """An account of somebody who is no resident here, and may act for `resident`."""
    until = None if basis == "guardian" else NOW + _YEAR
    wanted = Wanted(basis, relation, scopes, NOW, until, "柜 3-17")
    with desk.app.state.sessions.begin() as db:
        account = make_account(db, "周丽", now=NOW)
        proxies.authorise(db, By(), resident, account, wanted, now=NOW)
    return account


def acts_for(desk: Desk, account: UUID, name: str) -> Page:
    """From the first page after logging in to the contract's page of the other."""
    page = desk.blank_of(account, width=SMALL)
    page.goto(desk.origin)
    fits(page)
    page.get_by_role("button", name=name).click()
    page.get_by_role("link", name="我的签约").click()
    expect(page.locator(".acting")).to_contain_text(name)
    return page


def test_a_helper_who_may_sign_takes_a_resident_through_all_five_screens(ready: Desk, unsigned: UUID) -> None:
    account = helper(ready, unsigned, "authorised", "helper", frozenset({"read", "sign"}))
    page = acts_for(ready, account, "陈美华")
    asks_a_team(page)
    doctor = queue_of(ready, ready.people.doctor)
    is_accepted(doctor, "陈美华")
    signs(page)
    is_signed(doctor)
    assert _signatures(ready) == {
        ("resident", account, "authorised"),
        ("doctor", ready.people.doctor, "self"),
    }


def test_a_helper_who_may_only_look_is_told_so_and_finds_no_button(ready: Desk, unsigned: UUID) -> None:
    account = helper(ready, unsigned, "authorised", "helper", frozenset({"read"}))
    page = acts_for(ready, account, "陈美华")
    expect(page.locator("main")).to_contain_text("您的授权不包括签字")
    assert page.get_by_role("link", name="去签约").count() == 0


def test_a_mother_signs_for_her_child_who_was_told(ready: Desk) -> None:
    born = date(2016, 6, 1)
    with ready.app.state.sessions.begin() as db:
        new = NewResident(
            name="周小雨", sex="female", born=born, phone="13812345679", file_number="310107-08-00016"
        )
        child = identity.create_resident(db, new)
        papers.state(db, ready.app.state.kms, By(), child, "resident_id", number_of("20160601"), now=NOW)
    account = helper(ready, child, "guardian", "parent", frozenset({"read", "sign"}))
    page = acts_for(ready, account, "周小雨")
    asks_a_team(page)
    doctor = queue_of(ready, ready.people.doctor)
    is_accepted(doctor, "周小雨")
    signs(page, "已告诉孩子")
    is_signed(doctor)
    assert ("resident", account, "guardian") in _signatures(ready)


def _signatures(desk: Desk) -> set[tuple[str, UUID | None, str]]:
    with desk.app.state.sessions() as db:
        found = db.scalars(select(ContractSignature))
        return {(each.party, each.account, each.basis) for each in found}
