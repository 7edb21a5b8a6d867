"""What a server may answer, and what becomes of the readings then. It is a stand-in that speaks HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest

from ingest.influx.bucket import Bucket
from ingest.influx.projection import NAME, Projection
from ingest.influx.refusals import Refusals, listed
from ingest.influx.troubles import AwayError, RefusedError, WrongSettingError
from tests.ingest.influx.stand_in import StandIn, standing_in
from tests.ingest.making import CUFF, NOON, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables

SECRET = "a-token-that-nobody-may-see"


@contextmanager
def answering(answer: Callable[[bytes], int]) -> Iterator[tuple[Bucket, StandIn]]:
    """A server that answers writes so."""
    with standing_in() as server, Bucket(server.url, token=SECRET, org="org", name="bucket") as bucket:
        server.answer = answer
        yield bucket, server


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RefusedError),
        (413, RefusedError),
        (422, RefusedError),
        (401, WrongSettingError),
        (403, WrongSettingError),
        (404, WrongSettingError),
        (429, AwayError),
        (500, AwayError),
        (503, AwayError),
    ],
)
def test_an_answer_means_later_never_or_another_setting(status: int, error: type[Exception]) -> None:
    with answering(lambda _lines: status) as (bucket, _), pytest.raises(error) as told:
        bucket.write(b"blood_pressure systolic=128 1")
    assert SECRET not in str(told.value)
    assert "128" not in str(told.value)


def test_nobody_at_the_address_means_later() -> None:
    with (
        Bucket("http://127.0.0.1:1", token=SECRET, org="o", name="b") as bucket,
        pytest.raises(AwayError) as told,
    ):
        bucket.write(b"blood_pressure systolic=128 1")
    assert SECRET not in str(told.value)


@pytest.fixture
def tables(database_url: str) -> Iterator[Tables]:
    """With sixteen readings."""
    tables, gateway = Tables.at(database_url), Gateway()
    tables.bind(gateway, CUFF.key, uuid4())
    sealed = gateway.seal_body(make_body(*(make_reading(number) for number in range(1, 17))))
    tables.send(gateway, sealed, now=NOON + timedelta(hours=1))
    yield tables
    tables.connection.close()


def test_a_line_that_a_server_will_not_have_delays_no_other_and_is_noted(tables: Tables) -> None:
    bad = make_reading(11).reading_id
    with answering(lambda lines: 400 if str(bad).encode() in lines else 204) as (bucket, server):
        assert Projection(tables.connection, bucket).step(NOON) == 16
    assert len(server.points) == 15
    (refusal,) = listed(tables.connection, 10, settled=False)
    assert (refusal.reason, refusal.times, refusal.settled_at) == ("400", 1, None)
    assert refusal.point.endswith(f"{bad.int % 10**9:09}")


def test_what_is_refused_again_is_noted_once(tables: Tables) -> None:
    with answering(lambda _lines: 422) as (bucket, _):
        Projection(tables.connection, bucket).step(NOON)
        tables.connection.execute("delete from ingest.projection")
        Projection(tables.connection, bucket).step(NOON + timedelta(hours=1))
    found = listed(tables.connection, 50, settled=False)
    assert len(found) == 16
    assert {(one.times, one.first_at, one.last_at) for one in found} == {(2, NOON, NOON + timedelta(hours=1))}


def test_a_refusal_is_settled_once_the_point_is_taken(tables: Tables) -> None:
    with answering(lambda _lines: 422) as (bucket, server):
        Projection(tables.connection, bucket).step(NOON)
        tables.connection.execute("delete from ingest.projection")
        server.answer = lambda _lines: 204
        Projection(tables.connection, bucket).step(NOON)
    assert Refusals(tables.connection, NAME).standing() == set()
    assert {one.settled_at for one in listed(tables.connection, 50, settled=True)} == {NOON}


def test_a_number_that_is_none_is_refused_before_it_is_sent(tables: Tables) -> None:
    tables.connection.execute("update ingest.readings set pulse = 'NaN' where batch_seq = 1 and seq % 16 = 0")
    with answering(lambda _lines: 204) as (bucket, server):
        assert Projection(tables.connection, bucket).step(NOON) == 16
    assert len(server.points) == 15
    assert [one.reason for one in listed(tables.connection, 10, settled=False)] == ["no number"]


def test_what_the_server_would_drop_for_its_age_is_not_sent(tables: Tables) -> None:
    with answering(lambda _lines: 204) as (bucket, server):
        now = make_reading(8).heard.at + timedelta(days=30, seconds=1)
        assert Projection(tables.connection, bucket, keeps=timedelta(days=30)).step(now) == 16
    assert len(server.points) == 8


@pytest.mark.parametrize("status", [401, 404, 503])
def test_nothing_is_passed_over_while_the_server_takes_nothing(tables: Tables, status: int) -> None:
    with answering(lambda _lines: status) as (bucket, server):
        with pytest.raises((AwayError, WrongSettingError)):
            Projection(tables.connection, bucket).step(NOON)
        server.answer = lambda _lines: 204
        assert Projection(tables.connection, bucket).step(NOON) == 16
    assert len(server.points) == 16
    assert Refusals(tables.connection, NAME).standing() == set()


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_connection_that_is_cut_means_later(tables: Tables, cut: str) -> None:
    with answering(lambda _lines: 204) as (bucket, server):
        server.cut = lambda: cut
        with pytest.raises(AwayError):
            Projection(tables.connection, bucket).step(NOON)
        server.cut = lambda: ""
        assert Projection(tables.connection, bucket).step(NOON) == 16
    assert len(server.points) == 16


def test_a_rebuild_empties_the_copy_and_begins_with_the_first_reading(tables: Tables) -> None:
    with answering(lambda _lines: 204) as (bucket, server):
        projection = Projection(tables.connection, bucket)
        assert projection.step(NOON) == 16
        assert projection.step(NOON) == 0
        projection.rebuild(NOON)
        assert server.points == {}
        assert projection.step(NOON) == 16
    assert len(server.points) == 16
