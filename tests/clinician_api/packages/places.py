"""A clinic with an administrator beside another one, and the starter catalogue on offer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.db import Sessions, connect, sessions
from clinician_api.identity import service as identity
from clinician_api.main import create_app
from clinician_api.packages.starter import publish_starter
from clinician_api.settings import Settings
from tests.clinician_api.making import NOW, ORIGIN, WEAK, Clinic, HandClock, clinic, enter, make_account
from tests.clinician_api.packages.offers import DAY


@dataclass(frozen=True, slots=True)
class Office:
    """One browser, which whoever comes next takes over."""

    sessions: Sessions
    clock: HandClock
    people: Clinic
    browser: TestClient
    accounts: tuple[UUID, UUID]

    @property
    def institution(self) -> UUID:
        return self.people.institution

    @property
    def here(self) -> dict[str, str]:
        return {"institution": str(self.institution)}

    def entered(self, account: UUID) -> TestClient:
        enter(self.browser, account)
        return self.browser

    def administrator(self) -> TestClient:
        return self.entered(self.accounts[0])

    def other_administrator(self) -> TestClient:
        return self.entered(self.accounts[1])

    def stranger(self) -> TestClient:
        self.browser.cookies.clear()
        self.browser.headers.pop("X-CSRF-Token", None)
        return self.browser


def office(database_url: str) -> Iterator[Office]:
    engine = connect(database_url)
    made, clock = sessions(engine), HandClock(NOW)
    with made.begin() as db:
        people = clinic(db)
        publish_starter(db, By(), effective_from=DAY, now=NOW)
        elsewhere = identity.create_institution(db, "真如社区卫生服务中心", phone="02150000000")
        accounts = (make_administrator(db, people.institution), make_administrator(db, elsewhere))
    settings = Settings(
        database_url=database_url, public_origin=ORIGIN, secure_cookies=False, second_factor="whoever_has_one"
    )
    app = create_app(settings, clock=clock, passwords=WEAK)
    with TestClient(app, base_url=ORIGIN) as browser:
        yield Office(made, clock, people, browser, accounts)
    engine.dispose()


def make_administrator(db: Session, institution: UUID) -> UUID:
    account = make_account(db, "沈洁", institution=institution, now=NOW)
    identity.join(db, account, "administrator", team=None, since=NOW - timedelta(days=1))
    return account
