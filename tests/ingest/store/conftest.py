"""A store over a fresh database, on the newest and on the oldest PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ingest.store.tables import Tables


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()
