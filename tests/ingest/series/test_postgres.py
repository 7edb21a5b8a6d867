"""The series in PostgreSQL, the newest and the oldest one."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from ingest.series.port import Series
from ingest.series.postgres import PostgresSeries
from tests.ingest.series.contract import Contract
from tests.ingest.store.tables import Tables


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()


@pytest.fixture
def series(tables: Tables) -> Series:
    return PostgresSeries(tables.connection, ZoneInfo("Asia/Shanghai"))


class TestPostgres(Contract):
    """All of the contract."""
