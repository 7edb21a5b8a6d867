"""The embedded broker against packets far over our limit."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from ingest.ways.broker import embedded_broker
from tests.ingest.listening import listening
from tests.ingest.making import Gateway

# MQTT 3.1.1: CONNECT of client "x", then the fixed header of a PUBLISH of 60 000 000 bytes (§2.2.3).
CONNECT = bytes.fromhex("100d00044d5154540402003c000178")
PUBLISH_60_MB = b"\x30" + bytes([0x80, 0x8E, 0xCE, 0x1C])
TOPIC = b"\x00\x02up"


def test_a_packet_of_60_mb_ends_its_connection_unread() -> None:
    with embedded_broker() as url, connected(url) as client:
        before = peak_kb(reset=True)
        client.sendall(PUBLISH_60_MB + TOPIC)
        assert ends(client, bytes(1_000_000), times=60)
    assert peak_kb() - before < 20_000


def peak_kb(*, reset: bool = False) -> int:
    """The most memory this process had, since it was last reset (proc(5), clear_refs and VmHWM)."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def test_others_are_served_after_it() -> None:
    gateway = Gateway()
    with embedded_broker() as url, connected(url) as client, listening(url, gateway) as ear:
        client.sendall(PUBLISH_60_MB + TOPIC)
        ends(client, bytes(1_000_000), times=60)
        ear.send_bytes(f"hl/v1/{uuid4()}/up", b"still served")


def connected(url: str) -> socket.socket:
    place = urlsplit(url)
    client = socket.create_connection((place.hostname, place.port), timeout=10)
    client.sendall(CONNECT)
    assert client.recv(4)[:2] == b"\x20\x02"
    return client


def ends(client: socket.socket, piece: bytes, *, times: int) -> bool:
    """Whether the other side hung up before it had taken so many pieces."""
    try:
        for _ in range(times):
            client.sendall(piece)
        return client.recv(1) == b""
    except (ConnectionResetError, BrokenPipeError):
        return True
