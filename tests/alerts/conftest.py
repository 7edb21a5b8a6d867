"""A chain over a fresh database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.alerts.chain import Chain


@pytest.fixture
def chain(database_url: str) -> Iterator[Chain]:
    chain = Chain.at(database_url)
    yield chain
    chain.close()
