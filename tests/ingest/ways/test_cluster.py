"""The worker's connection to three real NATS servers with the settings we ship, and their MQTT side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Event
from typing import Final
from uuid import UUID, uuid4

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from device_drivers.wire.codec import MAX_MESSAGE
from device_drivers.wire.topics import Channel, topic
from ingest.door.intake import Intake, Message
from ingest.ways.cluster import Cluster
from ingest.ways.nats_users import users
from tests.nats_cluster import NatsCluster, nats_cluster

pytestmark = pytest.mark.cluster

PATIENCE_S: Final = 30.0
OURS: Final = tuple(uuid4() for _ in range(4))


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsCluster]:
    with nats_cluster(tmp_path_factory.mktemp("nats"), OURS) as cluster:
        yield cluster


@dataclass
class Worker:
    """A worker reduced to its connection."""

    intake: Intake
    link: Cluster

    def next(self) -> Message:
        (message,) = self.intake.take(1, PATIENCE_S)
        return message


@contextmanager
def worker(servers: NatsCluster, *, limit: int = 1_000_000) -> Iterator[Worker]:
    intake = Intake(limit=limit)
    link = Cluster(servers.nats, intake, papers=servers.papers("ingest"))
    link.start()
    try:
        assert link.connected.wait(PATIENCE_S)
        yield Worker(intake, link)
    finally:
        intake.close()
        link.stop()


@dataclass
class Box:
    """A gateway's end of an MQTT connection; `named` may differ from who it claims to be."""

    client: Client
    gateway: UUID
    heard: Queue[tuple[str, bytes]] = field(default_factory=Queue)
    granted: Queue[bool] = field(default_factory=Queue)
    refused: Event = field(default_factory=Event)

    def send(self, channel: Channel, payload: bytes) -> None:
        name = topic(self.gateway, channel)
        self.client.publish(name, payload, qos=1, retain=channel == "state").wait_for_publish(PATIENCE_S)


@contextmanager
def box(servers: NatsCluster, gateway: UUID, *, named: UUID | None = None) -> Iterator[Box]:
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)
    one = Box(client, gateway)
    client.tls_set_context(servers.papers(str(named or gateway)).as_client())
    wanted = [(topic(gateway, channel), 1) for channel in ("receipt", "lineage")]
    client.on_connect = lambda client, _data, _flags, reason, _properties: (
        one.refused.set() if reason.is_failure else client.subscribe(wanted)
    )
    client.on_subscribe = lambda _client, _data, _id, reasons, _properties: one.granted.put(
        not any(reason.is_failure for reason in reasons)
    )
    client.on_message = lambda _client, _data, message: one.heard.put((message.topic, bytes(message.payload)))
    client.connect_async("127.0.0.1", servers.nodes[gateway.int % 3].mqtt)
    client.loop_start()
    try:
        yield one
    finally:
        client.disconnect()
        client.loop_stop()


def listens(one: Box) -> bool:
    return one.granted.get(timeout=PATIENCE_S)


def test_batches_go_up_and_receipts_come_down_between_mqtt_and_nats(servers: NatsCluster) -> None:
    name = topic(OURS[0], "up")
    with worker(servers) as ingest, box(servers, OURS[0]) as one:
        assert listens(one)
        one.send("up", b"batch")
        assert ingest.next() == Message(name, b"batch")
        ingest.link.publish(topic(OURS[0], "receipt"), b"receipt")
        assert one.heard.get(timeout=PATIENCE_S) == (topic(OURS[0], "receipt"), b"receipt")


def test_workers_share_the_batches(servers: NatsCluster) -> None:
    with worker(servers) as first, worker(servers) as second, box(servers, OURS[0]) as one:
        assert listens(one)
        for number in range(40):
            one.send("up", str(number).encode())
        shares = [drain(ingest.intake) for ingest in (first, second)]
        assert all(shares)
        assert sum(map(len, shares)) == 40


def test_a_gateway_that_comes_later_hears_the_lineage_as_it_says_how_it_is(servers: NatsCluster) -> None:
    with worker(servers) as ingest:
        ingest.link.publish(topic(OURS[1], "lineage"), b"lineage", retain=True)
        with box(servers, OURS[1]) as late:
            assert listens(late)
            late.send("state", b"state")
            assert late.heard.get(timeout=PATIENCE_S) == (topic(OURS[1], "lineage"), b"lineage")


def test_what_a_gateway_sends_in_anothers_name_reaches_nobody(servers: NatsCluster) -> None:
    thief, victim = OURS[2], OURS[3]
    with (
        worker(servers) as ingest,
        box(servers, victim, named=thief) as forged,
        box(servers, thief) as own,
    ):
        assert not listens(forged)
        assert listens(own)
        forged.send("up", b"forged")
        own.send("up", b"own")
        assert ingest.next() == Message(topic(thief, "up"), b"own")


def test_nobody_hears_anothers_receipts(servers: NatsCluster) -> None:
    thief, victim = OURS[2], OURS[3]
    with (
        worker(servers) as ingest,
        box(servers, victim, named=thief) as ear,
        box(servers, victim) as own,
    ):
        assert not listens(ear)
        assert listens(own)
        ingest.link.publish(topic(victim, "receipt"), b"for the victim")
        assert own.heard.get(timeout=PATIENCE_S)[1] == b"for the victim"
        with pytest.raises(Empty):
            ear.heard.get_nowait()


def test_a_gateway_enrolled_later_gets_in_once_the_list_is_read_again(servers: NatsCluster) -> None:
    new = uuid4()
    with box(servers, new) as one:
        assert one.refused.wait(PATIENCE_S)
        for node in servers.nodes:
            (node.folder / "users.conf").write_text("\n".join(users([*OURS, new])))
            node.reload()
        assert listens(one)


def test_a_name_that_is_not_in_the_list_stays_out(servers: NatsCluster) -> None:
    with box(servers, OURS[0], named=uuid4()) as stranger:
        assert stranger.refused.wait(PATIENCE_S)


@pytest.mark.parametrize("size", [MAX_MESSAGE + 1, 200_000])
def test_a_message_that_is_too_large_is_not_taken_in(servers: NatsCluster, size: int) -> None:
    with worker(servers) as ingest, box(servers, OURS[0]) as one:
        assert listens(one)
        one.send("up", bytes(size))
        one.send("up", bytes(MAX_MESSAGE))
        assert len(ingest.next().payload) == MAX_MESSAGE


def test_a_full_intake_holds_no_more_than_its_limit_and_the_library_no_more_than_its_own(
    servers: NatsCluster,
) -> None:
    with worker(servers, limit=50_000) as ingest, box(servers, OURS[0]) as one:
        assert listens(one)
        for _ in range(400):
            one.client.publish(topic(OURS[0], "up"), bytes(60_000), qos=1)
        one.send("up", b"last of a flood")
        assert ingest.intake.held <= 60_000
        assert len(drain(ingest.intake)) < 200
        one.send("up", b"after the flood")
        assert ingest.next().payload == b"after the flood"


def drain(intake: Intake) -> list[Message]:
    """Everything that comes until a second passes without."""
    taken: list[Message] = []
    while batch := intake.take(100, 1):
        taken += batch
    return taken
