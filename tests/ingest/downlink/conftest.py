"""A store over a fresh database, on the newest and on the oldest PostgreSQL, with an enrolled gateway."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.fleet import registry
from tests.ingest.making import NOON, Gateway
from tests.ingest.store.tables import Tables


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()


@pytest.fixture
def gateway(tables: Tables) -> Gateway:
    gateway = Gateway()
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    return gateway
