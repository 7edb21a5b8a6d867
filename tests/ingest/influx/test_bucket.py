"""What a server may answer, and what becomes of the readings then. It is a stand-in that speaks HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from ingest.influx.bucket import AwayError, Bucket, RefusedError, WrongSettingError
from ingest.influx.projection import Projection
from tests.ingest.making import CUFF, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables

SECRET = "a-token-that-nobody-may-see"

Answer = Callable[[bytes], int]
"""The status for the lines of a write."""


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, answer: Answer, taken: list[bytes], *asked: Any) -> None:  # noqa: ANN401 - the server's
        self._answer = answer
        self._taken = taken
        super().__init__(*asked)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self._answer(body)
        if status == 204:
            self._taken.append(body)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@contextmanager
def answering(answer: Answer) -> Iterator[tuple[Bucket, list[bytes]]]:
    taken: list[bytes] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, answer, taken)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}"
            with Bucket(url, token=SECRET, org="org", name="bucket") as bucket:
                yield bucket, taken
        finally:
            server.shutdown()
            thread.join()


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


def filled(database_url: str, count: int) -> Tables:
    tables, gateway = Tables.at(database_url), Gateway()
    tables.bind(gateway, CUFF.key, uuid4())
    tables.send(gateway, gateway.seal_body(make_body(*(make_reading(n) for n in range(1, count + 1)))))
    return tables


def test_a_line_that_a_server_will_not_have_delays_no_other(database_url: str) -> None:
    tables = filled(database_url, 16)
    bad = str(make_reading(11).reading_id).encode()
    with answering(lambda lines: 400 if bad in lines else 204) as (bucket, taken):
        assert Projection(tables.connection, bucket).step() == 16
    lines = b"\n".join(taken).splitlines()
    assert len(lines) == len(set(lines)) == 15
    tables.connection.close()


@pytest.mark.parametrize("status", [401, 404, 503])
def test_nothing_is_passed_over_while_the_server_takes_nothing(database_url: str, status: int) -> None:
    tables = filled(database_url, 4)
    with answering(lambda _lines: status) as (bucket, _), pytest.raises((AwayError, WrongSettingError)):
        Projection(tables.connection, bucket).step()
    with answering(lambda _lines: 204) as (bucket, taken):
        assert Projection(tables.connection, bucket).step() == 4
    assert len(taken[0].splitlines()) == 4
    tables.connection.close()


def test_a_rebuild_begins_with_the_first_reading(database_url: str) -> None:
    tables = filled(database_url, 4)
    with answering(lambda _lines: 204) as (bucket, _):
        projection = Projection(tables.connection, bucket)
        assert projection.step() == 4
        assert projection.step() == 0
        projection.rebuild(make_reading(1).heard.at)
        assert projection.step() == 4
    tables.connection.close()
