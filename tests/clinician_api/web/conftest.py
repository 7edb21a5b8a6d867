"""A clinic whose resident has sent 186/112, and pages and a browser to look at it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Final
from uuid import UUID

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from alerts.words import MEASURE_AGAIN, QUESTION
from clinician_api.db import Sessions
from clinician_api.identity import logins
from clinician_api.identity.logins import Visitor
from clinician_api.identity.routes import COOKIE
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.concerns import attended, concern
from tests.clinician_api.making import NOW, WEAK, Clinic, HandClock, clinic
from tests.clinician_api.stored import store_reading
from tests.conftest import missing

CHROMIUM: Final = Path("/usr/bin/chromium")
QUIET: Final = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True, slots=True)
class Alarmed:
    """A first critical reading of the clinic's resident, and its alert."""

    clinic: Clinic
    reading: UUID
    episode: UUID


@pytest.fixture
def alarmed(care: Sessions) -> Alarmed:
    return alarm(care)


def alarm(care: Sessions) -> Alarmed:
    with care.begin() as db:
        people = clinic(db)
        reading = store_reading(db, people.resident)
        said = concern(
            people.resident, value="186/112 mmHg", inputs=(str(reading),), words=(MEASURE_AGAIN, QUESTION)
        )
        attended(db, said)
    return Alarmed(people, reading, said.episode)


@dataclass(frozen=True, slots=True)
class Desk:
    """A server with the clinic's people, and a browser."""

    origin: str
    app: FastAPI
    browser: Browser
    people: Clinic

    def opened_by(self, account: UUID) -> Page:
        page = self.blank_of(account)
        page.goto(self.origin)
        return page

    def blank_of(self, account: UUID, *, width: int = 1440, is_scripted: bool = True) -> Page:
        """Each person has a browser profile of their own, and on it nothing yet."""
        with self.app.state.sessions.begin() as db:
            terms, now = self.app.state.door.staff, self.app.state.clock()
            token = logins.log_in(db, account, Visitor("127.0.0.1", "test"), terms=terms, now=now)
        context = self.browser.new_context(
            locale="zh-CN", viewport={"width": width, "height": 1000}, java_script_enabled=is_scripted
        )
        context.add_cookies([{"name": COOKIE, "value": token, "url": self.origin}])
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        return page

    def sends(self) -> UUID:
        """The resident's first critical reading, and its alert."""
        with self.app.state.sessions.begin() as db:
            reading = store_reading(db, self.people.resident)
            said = concern(self.people.resident, value="186/112 mmHg", inputs=(str(reading),))
            attended(db, said)
        return said.episode


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing("Chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))


@pytest.fixture
def desk(database_url: str, care: Sessions, browser: Browser) -> Iterator[Desk]:
    with care.begin() as db:
        people = clinic(db)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(
            database_url=database_url,
            public_origin=origin,
            secure_cookies=False,
            second_factor="whoever_has_one",
        )
        app = create_app(settings, clock=HandClock(NOW), passwords=WEAK)
        config = uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        # It accepts from the first moment: the socket listens already.
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        yield Desk(origin, app, browser, people)
        server.should_exit = True
        thread.join()
