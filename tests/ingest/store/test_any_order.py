"""Any order, repetition and loss of batches, as long as the lost ones come again, ends in the same tables."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from device_drivers.wire.reading import Context
from ingest.door.accept import Accepted, Rejected
from tests.ingest.making import CUFF, Gateway, make_reading
from tests.ingest.store.tables import Row, Tables, judged

RESIDENT = UUID(int=7)

Batches = list[Accepted | Rejected]


def scene() -> tuple[Gateway, Batches]:
    """Two gateways that hear the same meter, only one of which knows its owner; overlapping readings, one of
    them with a context, and a batch that cannot be read."""
    relative, stranger = Gateway(), Gateway()
    with_context = replace(make_reading(2), context=Context(meal="fasting"))
    batches = [
        judged(relative.seal(make_reading(1), make_reading(2)), relative),
        judged(relative.seal_body(b"{}"), relative),
        judged(relative.seal(make_reading(3)), relative),
        judged(stranger.seal(with_context, make_reading(3)), stranger),
        judged(stranger.seal(make_reading(4)), stranger),
    ]
    return relative, batches


RELATIVE, BATCHES = scene()


@pytest.fixture
def tables(database_url: str) -> Iterator[Tables]:
    tables = Tables.at(database_url)
    tables.bind(RELATIVE, CUFF.key, RESIDENT)
    yield tables
    tables.connection.close()


def contents(tables: Tables) -> list[list[Row]]:
    in_force = "select distinct on (reading_id) reading_id, context->>'meal' from ingest."
    order = " order by reading_id, revision desc"
    return [
        tables.all(in_force + "readings" + order),
        tables.all(in_force + "unattributed" + order),
        tables.all("select gateway, seq, outcome from ingest.batch order by 1, 2"),
        tables.all("select kind, gateway, seq from ingest.quarantine order by 1, 2, 3"),
        tables.all("select resident, kind, reading_id from ingest.latest order by 1, 2"),
    ]


def deliver(tables: Tables, order: list[int], sizes: list[int]) -> None:
    """Commit in groups of these sizes; what never arrived comes again at the end."""
    queue = [BATCHES[index] for index in order] + BATCHES
    for size in sizes:
        group, queue = queue[:size], queue[size:]
        tables.commit(*group)
    tables.commit(*queue)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.lists(st.integers(0, len(BATCHES) - 1), max_size=10),
    sizes=st.lists(st.integers(1, 4), max_size=6),
)
def test_any_order_repetition_and_loss_ends_in_the_same_tables(
    tables: Tables, order: list[int], sizes: list[int]
) -> None:
    clear(tables)
    deliver(tables, [], [])
    expected = contents(tables)
    clear(tables)
    deliver(tables, order, sizes)
    assert contents(tables) == expected


def clear(tables: Tables) -> None:
    tables.connection.execute(
        "truncate ingest.readings, ingest.unattributed, ingest.reading_identity, ingest.batch, ingest.latest,"
        " ingest.quarantine_step, ingest.quarantine, ingest.quarantine_use"
    )
