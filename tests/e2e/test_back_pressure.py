"""The database is away under load: a worker holds no more than its limit, and afterwards nothing is missing.

Half an hour of it is simulated by volume: many times what all buffers on the way may hold together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from secrets import token_hex
from ssl import SSLContext
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers.wire.codec import encode
from device_drivers.wire.topics import topic
from gateway.settings import Settings
from hearthline.demo.tree import Tree
from ingest.fleet import registry
from ingest.keys import open_keyring
from tests.e2e.cloud_parts import enrol, stored
from tests.e2e.crowd import Person, crowd
from tests.e2e.homes import HEARTHLINE
from tests.e2e.servers import Database, database, free_port
from tests.e2e.world import eventually
from tests.ingest.making import Gateway, make_reading
from tests.nats_cluster import NatsCluster, nats_cluster

pytestmark = pytest.mark.cluster

MB: Final = 1024 * 1024
FLOOD: Final = 150 * MB
"""Of each of two floods; all buffers on the way hold less than 40 MB."""

MAY_GROW: Final = 160 * MB
"""The intake's 8 MB, the library's, and two groups of batches decoded."""

MAY_GROW_AGAIN: Final = 16 * MB
PATIENCE_S: Final = 120.0
HURRY: Final[dict[str, Any]] = {"receipt_wait_s": 3.0, "backoff_base_s": 0.5, "backoff_cap_s": 2.0}
"""A gateway as shipped comes again after five minutes at most."""

Flood = Callable[[Iterable[bytes]], None]


@dataclass
class Way:
    """One way in: what the worker is told of it, how gateways go there, and how it is flooded."""

    environ: Mapping[str, str]
    settings: Callable[[Person], Mapping[str, Any]]
    flood: Flood


@dataclass
class Cast:
    """The honest, who measure a little, and the one who floods."""

    honest: list[Person]
    flooder: Gateway

    @classmethod
    def enrolled(cls, url: str) -> Cast:
        cast = cls([Person() for _ in range(3)], Gateway())
        one = cast.flooder
        enrol(url, cast.honest)
        with psycopg.connect(url, autocommit=True) as connection:
            registry.enrol(connection, one.gateway, public=one.public, home=one.home, now=datetime.now(UTC))
        return cast

    def batches(self) -> list[bytes]:
        """A hundred, each of fifty readings."""
        return [
            encode(self.flooder.seal(*(make_reading(first + each) for each in range(50))))
            for first in range(0, 5000, 50)
        ]


def publish_all(port: int, name: str, payloads: Iterable[bytes], context: SSLContext | None = None) -> None:
    client = Client(CallbackAPIVersion.VERSION2)
    if context is not None:
        client.tls_set_context(context)
    client.connect("127.0.0.1", port)
    client.loop_start()
    last = None
    for number, payload in enumerate(payloads):
        last = client.publish(name, payload, qos=1)
        if number % 50 == 0:
            last.wait_for_publish(PATIENCE_S)
    assert last is not None
    last.wait_for_publish(PATIENCE_S)
    client.disconnect()
    client.loop_stop()


def post_all(port: int, payloads: Iterable[bytes]) -> None:
    """One who does not wait for receipts: he hangs up and comes again."""
    for payload in payloads:
        with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as connection:
            connection.request("POST", "/v1/batches", payload)


def over_mosquitto(broker: str, cast: Cast) -> Way:
    port = urlsplit(broker).port or 0
    name = topic(cast.flooder.gateway, "up")
    return Way(
        {"INGEST_MQTT_URL": broker},
        lambda _person: {"mqtt": broker},
        lambda payloads: publish_all(port, name, payloads),
    )


def over_https(broker: str, cast: Cast) -> Way:
    port = free_port()
    return Way(
        {"INGEST_MQTT_URL": broker, "INGEST_HTTPS_PORT": str(port)},
        lambda _person: {"https": f"http://127.0.0.1:{port}"},
        lambda payloads: post_all(port, payloads),
    )


@pytest.fixture(params=["mosquitto", "nats", "https"])
def way(request: pytest.FixtureRequest, tmp_path: Path, cast: Cast) -> Iterator[Way]:
    if request.param != "nats":
        broker = request.getfixturevalue("broker")
        yield (over_mosquitto if request.param == "mosquitto" else over_https)(broker, cast)
        return
    names = [*(person.gateway for person in cast.honest), cast.flooder.gateway]
    with nats_cluster(tmp_path, names) as cluster:
        papers, shown = cluster.papers("ingest"), cluster.papers(str(cast.flooder.gateway))
        environ = {
            "INGEST_NATS_URL": cluster.nats,
            "INGEST_NATS_CA": str(papers.ca),
            "INGEST_NATS_CERTIFICATE": str(papers.certificate),
            "INGEST_NATS_KEY": str(papers.key),
        }
        name, port = topic(cast.flooder.gateway, "up"), cluster.nodes[0].mqtt
        yield Way(
            environ,
            partial(as_gateway, cluster),
            lambda payloads: publish_all(port, name, payloads, shown.as_client()),
        )


def as_gateway(cluster: NatsCluster, person: Person) -> dict[str, Any]:
    papers = cluster.papers(str(person.gateway))
    return {
        "mqtt": cluster.mqtt,
        "mqtt_version": "3.1.1",
        "mqtt_ca": papers.ca,
        "mqtt_certificate": papers.certificate,
        "mqtt_key": papers.key,
    }


@pytest.fixture
def server(short_path: Path) -> Iterator[Database]:
    with database(short_path / token_hex(4)) as made:
        yield made


@pytest.fixture
def cast(server: Database) -> Cast:
    return Cast.enrolled(server.url)


def peak(pid: int) -> int:
    """The most memory that a process ever had, in bytes (proc(5), VmHWM)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024


def volume(payloads: list[bytes], size: int) -> Iterator[bytes]:
    """The same again and again, as gateways without receipts send."""
    for payload in cycle(payloads):
        yield payload
        size -= len(payload)
        if size <= 0:
            return


def test_a_worker_without_its_database_holds_no_more_than_its_limit_and_then_loses_nothing(
    way: Way, cast: Cast, server: Database, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    data = tmp_path / "ingest"
    root = open_keyring(data / "keys").root_public
    people = [
        (person, Settings(data_dir=data, root=root, **way.settings(person), **HURRY))
        for person in cast.honest
    ]
    environ = {"INGEST_DATA": str(data), "INGEST_DATABASE_URL": server.url, **way.environ}
    payloads = cast.batches()
    with ExitStack() as running:
        tree = running.enter_context(Tree(tmp_path / "logs"))
        worker = tree.start("worker", [*HEARTHLINE, "ingest", "run"], env=environ)
        honest = running.enter_context(crowd(people, every_s=0.5))
        server.kill()
        before = peak(worker.pid)
        way.flood(volume(payloads, FLOOD))
        first = peak(worker.pid)
        way.flood(volume(payloads, FLOOD))
        second = peak(worker.pid)
        server.start()
        honest.rest()
        eventually(lambda: not honest.waiting, lambda: str(honest.waiting), within_s=PATIENCE_S)
        taken, there = Counter(honest.kept), Counter(stored(server.url))
    grown = {"before_mb": before // MB, "first_mb": first // MB, "second_mb": second // MB}
    record_property("memory", {**grown, "lost": (taken - there).total()})
    assert first - before < MAY_GROW, grown
    assert second - first < MAY_GROW_AGAIN, grown
    assert not taken - there
    assert max(there.values()) == 1
