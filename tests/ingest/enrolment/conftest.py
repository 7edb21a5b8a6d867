"""A store over a fresh database, and an office that signs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.enrolment.authority import open_authority
from ingest.enrolment.joining import Office
from ingest.keys import open_keyring
from tests.ingest.making import NOON
from tests.ingest.store.tables import Tables


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    authority = open_authority(tmp_path / "ca", NOON)
    return Office(authority, open_keyring(tmp_path / "keys"), "mqtts://broker", None)
