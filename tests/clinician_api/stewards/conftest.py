"""A clinic, a home of it with its gateway, and what that sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from clinician_api.db import Sessions
from clinician_api.stewards import acting
from clinician_api.stewards.acting import Acting
from tests.clinician_api.fleet import LATER, Sent, make_home, make_steward, send_bad_things
from tests.clinician_api.making import Clinic, actor, clinic
from tests.ingest.making import Gateway
from tests.ingest.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Watched:
    """`steward` looks after the clinic's fleet, `overseer` after all of it, `elsewhere` after another's."""

    clinic: Clinic
    gateway: Gateway
    sent: Sent
    tables: Tables
    steward: UUID
    overseer: UUID
    elsewhere: UUID

    def acts(self, db: Session, account: UUID) -> Acting:
        return acting.acting(db, actor(db, account, LATER), now=LATER)


@pytest.fixture
def watched(care: Sessions, database_url: str) -> Iterator[Watched]:
    with care.begin() as db:
        people, other = clinic(db), clinic(db)
        steward = make_steward(db, people.institution)
        overseer = make_steward(db, people.institution, whole=True)
        elsewhere = make_steward(db, other.institution)
    tables = Tables.at(database_url)
    with tables.connection:
        gateway = make_home(tables, people, people.resident)
        sent = send_bad_things(tables, gateway)
        yield Watched(people, gateway, sent, tables, steward, overseer, elsewhere)
