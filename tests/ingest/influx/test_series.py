"""The contract of the series on the copy: on the stand-in always, on a real InfluxDB 2 where one is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from ingest.influx.bucket import Bucket
from ingest.influx.projection import Projection
from ingest.influx.series import InfluxSeries
from ingest.series.port import Series
from tests.ingest.influx.stand_in import standing_in
from tests.ingest.making import Gateway, make_reading
from tests.ingest.series.contract import Contract, Home
from tests.ingest.store.tables import Tables

REGION = ZoneInfo("Asia/Shanghai")
SETTINGS = ("INFLUX_URL", "INFLUX_TOKEN", "INFLUX_ORG")


@pytest.fixture
def tables(database_url: str) -> Iterator[Tables]:
    tables = Tables.at(database_url)
    yield tables
    tables.connection.close()


@pytest.fixture
def series(bucket: Bucket) -> Series:
    return InfluxSeries(bucket, REGION)


class Copied(Contract):
    @pytest.fixture
    def home(self, tables: Tables, bucket: Bucket) -> Home:
        gateway, resident = Gateway(), uuid4()
        tables.bind(gateway, make_reading().meter.key, resident)
        return Home(tables, gateway, resident, partial(_copy, Projection(tables.connection, bucket)))


def _copy(projection: Projection) -> None:
    while projection.step(datetime.now(UTC)):
        pass


class TestStandIn(Copied):
    """All of the contract, but for what Flux makes of a question."""

    @pytest.fixture
    def bucket(self) -> Iterator[Bucket]:
        with standing_in() as server, Bucket(server.url, token="test", org="test", name="test") as bucket:
            yield bucket


@pytest.mark.influx
class TestInflux(Copied):
    """All of the contract, on a bucket of its own that is removed afterwards."""

    @pytest.fixture
    def bucket(self) -> Iterator[Bucket]:
        if not all(os.environ.get(name) for name in SETTINGS):
            pytest.skip(f"no InfluxDB 2: set {', '.join(SETTINGS)}")
        url, token, org = (os.environ[name] for name in SETTINGS)
        with Bucket(url, token=token, org=org, name=f"test-{uuid4().hex}") as bucket:
            bucket.set_up(0)
            try:
                yield bucket
            finally:
                bucket.remove()
