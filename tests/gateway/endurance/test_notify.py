"""What systemd hears, on a socket as it makes one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.endurance.notify import Systemd


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    place = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(place)
        listening.settimeout(5)
        yield listening, place


def test_start_life_and_end_are_told(supervisor: tuple[socket.socket, str]) -> None:
    listening, place = supervisor
    systemd = Systemd({"NOTIFY_SOCKET": place})

    systemd.ready()
    systemd.alive("listening")
    systemd.stopping()

    heard = [listening.recv(200) for _ in range(3)]
    assert heard == [b"READY=1", b"WATCHDOG=1\nSTATUS=listening", b"STOPPING=1"]


def test_an_abstract_socket_is_reached_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0hearthline-test-notify")
        listening.settimeout(5)
        Systemd({"NOTIFY_SOCKET": "@hearthline-test-notify"}).ready()

        assert listening.recv(200) == b"READY=1"


def test_a_supervisor_that_is_gone_or_never_was_stops_nobody(tmp_path: Path) -> None:
    Systemd({"NOTIFY_SOCKET": str(tmp_path / "none")}).alive("listening")
    Systemd({}).ready()
