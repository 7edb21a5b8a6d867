"""A clinic's home with what its gateway sent, and a browser without a script in a steward's hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from clinician_api.db import Sessions
from tests.clinician_api.fleet import LATER, Sent, make_home, make_steward, send_bad_things
from tests.clinician_api.making import Clinic, HandClock, clinic, enter
from tests.ingest.making import Gateway
from tests.ingest.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Watched:
    clinic: Clinic
    gateway: Gateway
    sent: Sent
    tables: Tables
    browser: TestClient

    def item(self, number: int) -> str:
        answer = self.browser.get(f"/fleet/quarantine/{number}")
        assert answer.status_code == 200
        return answer.text

    def comes(self, account: UUID) -> TestClient:
        enter(self.browser, account)
        # A form brings its token as a field, as browsers do.
        del self.browser.headers["X-CSRF-Token"]
        return self.browser


@pytest.fixture
def watched(care: Sessions, database_url: str, client: TestClient, clock: HandClock) -> Iterator[Watched]:
    clock.now = LATER
    with care.begin() as db:
        people = clinic(db, LATER)
        overseer = make_steward(db, people.institution, whole=True)
    tables = Tables.at(database_url)
    with tables.connection:
        gateway = make_home(tables, people, people.resident)
        sent = send_bad_things(tables, gateway)
        found = Watched(people, gateway, sent, tables, client)
        found.comes(overseer)
        yield found
