"""A gateway is revoked while it sends, over each way at once: how long until it is refused."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg
import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from gateway.settings import Settings
from ingest.downlink.pending import Pending
from ingest.fleet import registry
from ingest.keys import Keyring, open_keyring
from ingest.ways.cluster import Cluster
from ingest.ways.https.door import Door
from ingest.ways.link import Link
from ingest.ways.transport import Inbox
from tests.e2e.downlinks import Box, enrol, running, working
from tests.ingest.making import Gateway
from tests.nats_cluster import NatsCluster, nats_cluster

pytestmark = pytest.mark.cluster

ALLOWED_S: Final = 60.0
"""wire.md, "Batch"."""


@contextmanager
def all_ways(database_url: str, keyring: Keyring, broker: str, nats: NatsCluster) -> Iterator[str]:
    """A worker that listens on Mosquitto, on a NATS cluster and over HTTPS; the door's address."""
    made: list[Door] = []

    def door(inbox: Inbox) -> Door:
        made.append(Door(inbox, host="127.0.0.1", port=0, pending=pending))
        return made[0]

    def mosquitto(inbox: Inbox) -> Link:
        return Link(broker, inbox.put, version=MQTTProtocolVersion.MQTTv5)

    def cluster(inbox: Inbox) -> Cluster:
        return Cluster(nats.nats, inbox, papers=nats.papers("ingest"))

    with (
        closing(Pending(database_url, keyring)) as pending,
        working(database_url, keyring, mosquitto, cluster, door),
    ):
        assert made[0].connected.wait(60)
        yield f"http://127.0.0.1:{made[0].port}"


def boxes(folder: Path, root: str, broker: str, nats: NatsCluster, door: str) -> dict[str, Box]:
    papers = {name: nats.papers(str(gateway.gateway)) for name, gateway in GATEWAYS.items()}["nats"]
    ways: dict[str, dict[str, object]] = {
        "mosquitto": {"mqtt": broker},
        "nats": {
            "mqtt": nats.mqtt,
            "mqtt_version": "3.1.1",
            "mqtt_ca": papers.ca,
            "mqtt_certificate": papers.certificate,
            "mqtt_key": papers.key,
        },
        "https": {"https": door, "heartbeat_s": 0.5},
    }
    made = {}
    for name, way in ways.items():
        (folder / name).mkdir()
        settings = Settings(data_dir=folder / name, root=root, **way)  # type: ignore[arg-type]
        made[name] = Box(settings, GATEWAYS[name])
    return made


GATEWAYS: Final = {name: Gateway() for name in ("mosquitto", "nats", "https")}


async def refused_after(box: Box, revoked: asyncio.Event, delivered: asyncio.Event) -> float:
    """Seconds from the revocation until it knows, measuring all the while."""
    async with running(box):
        assert box.sender is not None
        assert box.outbox is not None
        sender, outbox = box.sender, box.outbox
        box.measure()
        await box.until(lambda: outbox.counts().unsent == 0)
        delivered.set()
        await revoked.wait()
        began = time.monotonic()
        while not sender.is_refused:
            box.measure()
            await asyncio.sleep(0.25)
        return time.monotonic() - began


async def drill(made: dict[str, Box], database_url: str) -> dict[str, float]:
    revoked, delivered = asyncio.Event(), {name: asyncio.Event() for name in made}
    async with asyncio.timeout(300), asyncio.TaskGroup() as group:
        tasks = {
            name: group.create_task(refused_after(box, revoked, delivered[name]))
            for name, box in made.items()
        }
        for each in delivered.values():
            await each.wait()
        with psycopg.connect(database_url, autocommit=True) as connection:
            for gateway in GATEWAYS.values():
                registry.revoke(connection, gateway.gateway, now=datetime.now(UTC))
        revoked.set()
    return {name: round(task.result(), 1) for name, task in tasks.items()}


def test_a_revoked_gateway_is_refused_within_a_minute_on_every_way(
    database_url: str, broker: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keyring = open_keyring(tmp_path / "keys")
    for gateway in GATEWAYS.values():
        enrol(database_url, gateway)
    with (
        nats_cluster(tmp_path, [gateway.gateway for gateway in GATEWAYS.values()]) as nats,
        all_ways(database_url, keyring, broker, nats) as door,
    ):
        made = boxes(tmp_path, keyring.root_public, broker, nats, door)
        took = asyncio.run(drill(made, database_url))
    with capsys.disabled():
        print(f"\nrefused after: {json.dumps(took)} s")  # noqa: T201 - the drill's timings
    assert max(took.values()) <= ALLOWED_S
