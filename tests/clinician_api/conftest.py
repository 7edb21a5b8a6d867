"""A session and an application over a fresh database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from clinician_api.db import Sessions, connect, sessions


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
