"""Months stand ready before a reading needs them."""

from __future__ import annotations

from datetime import timedelta

from ingest.months import Month
from ingest.retention import ahead
from ingest.store.months import AHEAD, standing
from tests.ingest.making import NOON, Gateway
from tests.ingest.store.tables import Tables

A_YEAR_ON = NOON + timedelta(days=365)


def test_whoever_goes_on_working_goes_on_making_months(tables: Tables) -> None:
    gateway = Gateway()
    tables.send(gateway, gateway.seal(), now=NOON)
    tables.send(gateway, gateway.seal(), now=A_YEAR_ON)
    assert ahead(standing(tables.connection), A_YEAR_ON) == AHEAD


def test_a_months_partition_takes_its_first_and_not_its_last_moment(tables: Tables) -> None:
    tables.store.prepare(NOON)
    bounds = tables.one(
        "select pg_get_expr(relpartbound, oid) from pg_class where relname = 'readings_2026_03'"
    )
    assert bounds == "FOR VALUES FROM ('2026-03-01 00:00:00+00') TO ('2026-04-01 00:00:00+00')"
    assert Month.of(NOON).after(1).begin == "2026-04-01 00:00:00+00"
