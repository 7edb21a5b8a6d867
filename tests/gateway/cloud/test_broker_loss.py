"""The broker may come late, die with what it acknowledged, and come back: the sender goes on by itself."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import MOSQUITTO, missing, wait_for_broker
from tests.gateway.cloud.test_sender import gateway
from tests.gateway.home import GATEWAY
from tests.gateway.stub_cloud import StubCloud, stub_cloud


@pytest.fixture
def port() -> int:
    if not Path(MOSQUITTO).exists():
        missing("Mosquitto")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def cloud_at(port: int) -> Iterator[StubCloud]:
    """A broker that keeps nothing, with a cloud behind it; killed in the end."""
    command = [MOSQUITTO, "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as broker:
        try:
            wait_for_broker(port, broker)
            with stub_cloud(f"mqtt://127.0.0.1:{port}", GATEWAY) as cloud:
                yield cloud
        finally:
            broker.kill()


def test_a_broker_that_comes_late_dies_and_comes_back_delays_and_loses_nothing(port: int) -> None:
    async def scenario() -> None:
        async with gateway(f"mqtt://127.0.0.1:{port}") as one:
            one.keep(1)
            for _ in range(2):
                with cloud_at(port):
                    await one.delivered()
                one.keep(1)
            assert one.box.counts().receipted == 2
            assert one.box.counts().unsent == 1

    asyncio.run(scenario())


def test_when_its_node_dies_the_gateway_goes_on_at_the_next(port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        other = int(probe.getsockname()[1])

    async def scenario() -> None:
        async with gateway(f"mqtt://127.0.0.1:{port},mqtt://127.0.0.1:{other}") as one:
            for node in (port, other, port):
                one.keep(1)
                with cloud_at(node):
                    await one.delivered()
            assert one.box.counts().receipted == 3

    asyncio.run(scenario())
