"""What a monitor hears of a process."""

from __future__ import annotations

import socket
from contextlib import closing
from http.client import HTTPConnection

import pytest
from prometheus_client import Counter

from ingest.probe import lacks_database, new_registry, probed


def asked(port: int | None, path: str) -> tuple[int, str]:
    assert port is not None
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_a_process_that_lacks_nothing_is_alive_and_ready() -> None:
    with probed(0, new_registry(), list) as port:
        assert asked(port, "/healthz") == (200, "ok\n")
        assert asked(port, "/readyz") == (200, "ready\n")


def test_what_is_missing_is_named_and_the_process_is_alive_all_the_same() -> None:
    with probed(0, new_registry(), lambda: ["broker", "database"]) as port:
        assert asked(port, "/readyz") == (503, "broker\ndatabase\n")
        assert asked(port, "/healthz")[0] == 200


def test_figures_are_told_as_they_are_now() -> None:
    registry = new_registry()
    done = Counter("hearthline_things", "Things done.", registry=registry)
    with probed(0, registry, list) as port:
        done.inc(3)
        status, told = asked(port, "/metrics")
    assert status == 200
    assert "hearthline_things_total 3.0" in told
    assert "process_resident_memory_bytes" in told


def test_any_other_place_says_what_there_is() -> None:
    with probed(0, new_registry(), list) as port:
        assert asked(port, "/../etc/passwd") == (404, "/healthz, /readyz or /metrics\n")


def test_nobody_but_this_machine_is_answered() -> None:
    with probed(0, new_registry(), list) as port, socket.socket() as outside:
        outside.settimeout(5)
        with pytest.raises(ConnectionRefusedError):
            outside.connect(("127.0.0.2", port))


def test_without_a_port_it_answers_nowhere() -> None:
    with probed(None, new_registry(), list) as port:
        assert port is None


def test_a_port_that_is_taken_is_an_error_at_once() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="in use"),
        probed(taken.getsockname()[1], new_registry(), list),
    ):
        pass


def test_a_database_is_missing_as_long_as_it_does_not_answer(database_url: str) -> None:
    assert lacks_database(database_url) == []
    assert lacks_database("postgresql://127.0.0.1:1/none") == ["database"]
