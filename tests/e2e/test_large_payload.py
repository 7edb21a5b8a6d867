"""A packet a thousand times too large, on either broker: memory stays bounded, and delivery goes on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from device_drivers.wire.topics import Channel, topic
from ingest.postgres import Server
from tests.e2e.servers import fresh_database
from tests.e2e.world import Setting, World, world

SIZE: Final = 60_000_000
MAY_GROW_KB: Final = 30_000

# MQTT 3.1.1: CONNECT of client "x"; a PUBLISH's remaining length has 7 bits a byte (§2.2.3).
CONNECT: Final = bytes.fromhex("100d00044d5154540402003c000178")
ACCEPTED: Final = bytes.fromhex("20020000")


def publish(mqtt: str, name: str, size: int) -> None:
    """As much of it as the broker will take."""
    place = urlsplit(mqtt)
    titled = len(name).to_bytes(2, "big") + name.encode()
    with socket.create_connection((place.hostname, place.port), timeout=30) as client:
        client.sendall(CONNECT)
        assert client.recv(4) == ACCEPTED
        with suppress(ConnectionResetError, BrokenPipeError):
            client.sendall(b"\x30" + remaining(len(titled) + size) + titled + bytes(size))
            client.sendall(b"\xe0\x00")
            client.recv(1)


def remaining(length: int) -> bytes:
    low, rest = length & 0x7F, length >> 7
    return bytes((low | 0x80,)) + remaining(rest) if rest else bytes((low,))


def peak_kb(pid: int, *, reset: bool = False) -> int:
    """The most memory a process had, since it was last reset (proc(5), clear_refs and VmHWM)."""
    if reset:
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


@pytest.fixture(scope="module")
def postgres_url(postgres: Server) -> Iterator[str]:
    with fresh_database(postgres) as url:
        yield url


@pytest.fixture(scope="module")
def on_mosquitto(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("large")
    with world(Setting(folder=folder, database_url=postgres_url)) as running:
        yield running


def growth_kb(home: World, part: str, channel: Channel) -> int:
    """How much a part grew while the packet came and people went on measuring."""
    before = peak_kb(home.pid(part), reset=True)
    publish(home.mqtt, topic(home.homes[0].signer.gateway, channel), SIZE)
    home.measure(["bp"])
    summary = home.drain()
    assert (summary.lost, summary.doubled) == (0, 0)
    return peak_kb(home.pid(part)) - before


def sizes(home: World, channel: Channel) -> set[int]:
    """Of what passed the broker there."""
    return {len(payload) for _, payload in home.by.heard(channel)}


def test_60_mb_that_pass_mosquitto_do_not_enter_ingest(on_mosquitto: World) -> None:
    assert growth_kb(on_mosquitto, "ingest", "up") < MAY_GROW_KB
    assert SIZE in sizes(on_mosquitto, "up")


def test_60_mb_do_not_pass_the_embedded_broker_and_ingest_stays_small(
    tmp_path: Path, database_url: str
) -> None:
    with world(Setting(folder=tmp_path, database_url=database_url, embeds_broker=True)) as home:
        assert growth_kb(home, "ingest", "up") < MAY_GROW_KB
        assert SIZE not in sizes(home, "up")


def test_60_mb_that_pass_mosquitto_do_not_enter_a_gateway(on_mosquitto: World) -> None:
    assert growth_kb(on_mosquitto, "gateway-1", "receipt") < MAY_GROW_KB
