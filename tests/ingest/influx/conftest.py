"""What tests of the copy share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ingest.influx.copies import Copy, copying


@pytest.fixture
def copy(database_url: str) -> Iterator[Copy]:
    with copying(database_url) as copy:
        yield copy
