"""Three NATS servers as we ship their settings, on loopback, which may be killed and started again."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from ingest.ways.nats_users import users
from ingest.ways.papers import Papers
from tests.architecture.tree import ROOT
from tests.certificates import Authority
from tests.conftest import missing
from tests.e2e.servers import free_port

NATS_SERVER: Final = "/usr/sbin/nats-server"
SHIPPED: Final = ROOT / "deploy" / "nats" / "hearthline.conf"
PATIENCE_S: Final = 60.0
_POLL_S: Final = 0.05


@dataclass(frozen=True)
class Place:
    """Where a node runs: its address, and the command that takes another one there."""

    host: str = "127.0.0.1"
    enter: tuple[str, ...] = ()


HERE: Final = (Place(), Place(), Place())


@dataclass
class Node:
    """One server with a folder of its own, which it keeps over its deaths."""

    number: int
    folder: Path
    place: Place
    nats: int = field(default_factory=free_port)
    mqtt: int = field(default_factory=free_port)
    routes: int = field(default_factory=free_port)
    child: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [*self.place.enter, NATS_SERVER, "-c", self.folder / "nats.conf"],
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        """Returns when it is gone."""
        assert self.child is not None
        self.child.send_signal(signal.SIGKILL)
        self.child.wait(PATIENCE_S)

    def reload(self) -> None:
        assert self.child is not None
        self.child.send_signal(signal.SIGHUP)


@dataclass
class NatsCluster:
    """`authority` vouches for its nodes and for everybody who connects."""

    authority: Authority
    nodes: tuple[Node, Node, Node]

    @property
    def nats(self) -> str:
        return ",".join(f"tls://{node.place.host}:{node.nats}" for node in self.nodes)

    @property
    def mqtt(self) -> str:
        return ",".join(f"mqtts://{node.place.host}:{node.mqtt}" for node in self.nodes)

    def papers(self, name: str) -> Papers:
        issued = self.authority.issue(name)
        return Papers(self.authority.ca, issued.certificate, issued.key)

    def wait(self) -> None:
        """Until each node's MQTT side listens, which it does once the nodes agree on a leader."""
        for node in self.nodes:
            _listens(node)


@contextmanager
def nats_cluster(
    folder: Path, gateways: Iterable[UUID], *, guest: str | None = None, places: Sequence[Place] = HERE
) -> Iterator[NatsCluster]:
    """Of the shipped settings, with the users that the fleet's command would write. `guest`: somebody
    else who hears the batches over MQTT."""
    if not Path(NATS_SERVER).exists():
        missing("NATS server")
    authority = Authority(folder / "authority")
    certificate = authority.issue("node", hosts=sorted({place.host for place in places}))
    nodes = [Node(number, folder / f"node-{number}", place) for number, place in enumerate(places, 1)]
    routes = ", ".join(f"tls://{node.place.host}:{node.routes}" for node in nodes)
    for node in nodes:
        node.folder.mkdir()
        shutil.copy(authority.ca, node.folder / "ca.crt")
        shutil.copy(certificate.certificate, node.folder / "node.crt")
        shutil.copy(certificate.key, node.folder / "node.key")
        (node.folder / "users.conf").write_text("\n".join([*users(gateways)][:-1] + _with(guest) + ["]"]))
        (node.folder / "nats.conf").write_text(_settled(node, routes))
    with ExitStack() as running:
        for node in nodes:
            node.start()
            running.callback(_end, node)
        cluster = NatsCluster(authority, (nodes[0], nodes[1], nodes[2]))
        cluster.wait()
        yield cluster


def _with(guest: str | None) -> list[str]:
    hears = 'subscribe: ["hl.v1.*.up", "$MQTT.sub.>"]'
    return [f'  {{ user: "CN={guest}", permissions: {{ {hears} }} }}'] if guest else []


def _settled(node: Node, routes: str) -> str:
    """What we ship, with folders, names and ports of the test's own."""
    said = SHIPPED.read_text(encoding="utf-8")
    said = said.replace("/etc/hearthline/nats", str(node.folder)).replace(
        "node-1\n", f"node-{node.number}\n", 1
    )
    said = said.replace("/var/lib/hearthline-nats", str(node.folder / "jetstream"))
    for shipped, port in (("4222", node.nats), ("8883", node.mqtt), ("6222", node.routes)):
        said = said.replace(f"0.0.0.0:{shipped}", f"{node.place.host}:{port}")
    return re.sub(r"routes: \[.*\]", f"routes: [{routes}]", said)


def _listens(node: Node) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        assert node.child is not None
        if node.child.poll() is not None:
            break
        try:
            socket.create_connection((node.place.host, node.mqtt), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(_POLL_S)
            continue
        return
    pytest.fail(f"node {node.number} does not listen: {node.log.read_text(encoding='utf-8')[-2000:]}")


def _end(node: Node) -> None:
    if node.child is not None and node.child.poll() is None:
        node.kill()
