"""A server on which contracts can be signed: texts, packages, keys and a place for what is sealed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clinician_api.agreements import templates
from clinician_api.agreements.seals import FolderSeals
from clinician_api.agreements.service import Archive
from clinician_api.audit.rules import By
from clinician_api.consents import service as consents
from clinician_api.identity import papers
from clinician_api.kms import FolderKms
from clinician_api.main import create_app
from clinician_api.packages.starter import publish_starter
from clinician_api.settings import Settings
from clinician_api.vault import DiskVault
from tests.clinician_api.contracts.signing_up import OpenKms, Town, town
from tests.clinician_api.identity.test_numbers import number_of
from tests.clinician_api.making import NOW, ORIGIN, WEAK, HandClock, make_account, make_resident
from tests.clinician_api.web.conftest import Desk

BORN = "19540506"


@pytest.fixture
def ready(desk: Desk, tmp_path: Path) -> Desk:
    kms = FolderKms(tmp_path / "keys")
    desk.app.state.kms = kms
    desk.app.state.archive = Archive(DiskVault(tmp_path / "vault", kms), FolderSeals(tmp_path / "seals"))
    with desk.app.state.sessions.begin() as db:
        templates.begin(db, By(), now=NOW)
        publish_starter(db, By(), effective_from=NOW.date(), now=NOW)
    return desk


@pytest.fixture
def unsigned(ready: Desk) -> UUID:
    """A resident of 71 without a contract, whose identity card was seen."""
    with ready.app.state.sessions.begin() as db:
        resident = make_resident(db, "陈美华")
        papers.state(db, ready.app.state.kms, By(), resident, "resident_id", number_of(BORN), now=NOW)
    return resident


@pytest.fixture
def newcomer(ready: Desk, unsigned: UUID) -> UUID:
    """Their account."""
    with ready.app.state.sessions.begin() as db:
        return make_account(db, "陈美华", resident=unsigned, now=NOW)


@pytest.fixture
def visitor(module_database_url: str, tmp_path: Path) -> Iterator[TestClient]:
    """A browser without a script, in this process; the tests of a module share a database."""
    settings = Settings(
        database_url=module_database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        keys=tmp_path / "keys",
        vault=tmp_path / "vault",
        second_factor="whoever_has_one",
    )
    app = create_app(settings, clock=HandClock(NOW), passwords=WEAK)
    # The module's tests share a database, and each has another folder of keys.
    app.state.kms = OpenKms()
    with TestClient(app, base_url=ORIGIN, headers={"Accept-Language": "zh"}) as found:
        yield found


@pytest.fixture
def here(visitor: TestClient) -> Town:
    """Somebody who has not agreed to anything yet, where packages are on offer."""
    with cast("FastAPI", visitor.app).state.sessions.begin() as db:
        found = town(db)
        publish_starter(db, By(), effective_from=NOW.date(), now=NOW)
        consents.withdraw(db, By(account=found.account), found.newcomer, "care", now=NOW)
    return found
