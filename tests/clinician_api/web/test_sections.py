"""Somebody of each role opens every section of their rail, and stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clinician_api.identity import service as identity
from clinician_api.identity.rules import TeamRole
from clinician_api.web.rail import rail
from tests.clinician_api.making import NOW, Clinic, clinic, enter, make_account
from tests.clinician_api.serving import serving

_ROLES: Final[tuple[TeamRole, ...]] = ("doctor", "nurse", "leader", "supervisor", "administrator", "auditor")


@pytest.fixture(scope="module")
def browser(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("server")
    with serving(module_database_url, folder=folder) as found:
        yield found


@pytest.fixture(scope="module")
def there(browser: TestClient) -> Clinic:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        return clinic(db)


@pytest.mark.parametrize("role", _ROLES)
def test_every_section_of_a_role_opens_and_is_marked(
    browser: TestClient, there: Clinic, role: TeamRole
) -> None:
    with cast("FastAPI", browser.app).state.sessions.begin() as db:
        account = make_account(db, "沈洁", institution=there.institution, now=NOW)
        team = there.team if role in {"doctor", "nurse", "leader"} else None
        identity.join(db, account, role, team=team, since=NOW)
    enter(browser, account)
    found = {}
    for link in rail({role}, "/", {}):
        page = browser.get(link.href)
        here = re.findall(r'<a href="([^"]+)" class="on" aria-current="page"><svg', page.text)
        found[link.href] = (page.status_code, here)
    assert found == {href: (200, [href]) for href in found}
    assert browser.get("/").status_code == 200
