"""A session, and an application with a client, over a fresh database and a clock that tests turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from clinician_api.db import Sessions, connect, sessions
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.making import NOW, ORIGIN, WEAK, HandClock


@pytest.fixture
def care(database_url: str) -> Iterator[Sessions]:
    """Sessions on a fresh database; for what needs several transactions."""
    engine = connect(database_url)
    yield sessions(engine)
    engine.dispose()


@pytest.fixture
def db(care: Sessions) -> Iterator[Session]:
    """One transaction, never committed unless the test does."""
    with care() as session:
        yield session


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


@pytest.fixture
def app(database_url: str, clock: HandClock) -> FastAPI:
    settings = Settings(
        database_url=database_url, public_origin=ORIGIN, secure_cookies=False, second_factor="whoever_has_one"
    )
    return create_app(settings, clock=clock, passwords=WEAK)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser on our own origin, not logged in; `enter` logs it in."""
    with TestClient(app, base_url=ORIGIN) as browser:
        yield browser
