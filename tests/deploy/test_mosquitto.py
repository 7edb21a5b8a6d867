"""The broker as we ship it: who gets in, and what they may touch. A real Mosquitto, real TLS."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, Queue
from uuid import UUID, uuid4

import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from device_drivers.wire.topics import Channel, topic
from gateway.cloud import mqtt
from gateway.cloud.line import Line
from gateway.settings import Settings
from ingest.door.enrolled import Enrolled, Fleet, GatewayKey
from ingest.door.intake import Message
from ingest.ways.link import Link
from ingest.ways.mosquitto_acl import denials
from ingest.ways.papers import Papers as LinkPapers
from tests.architecture.tree import ROOT
from tests.certificates import Authority, Papers
from tests.conftest import MOSQUITTO, missing, wait_for_broker

SHIPPED = ROOT / "deploy" / "mosquitto"
FOLDER = "/etc/mosquitto/hearthline"
CONNECT = bytes.fromhex("100d00044d5154540402003c000178")
"""MQTT 3.1.1, client id `x`."""
PATIENCE_S = 20


@dataclass(frozen=True)
class Broker:
    port: int
    authority: Authority
    messages: Queue[Message]
    """What ingest heard."""
    link: Link
    child: subprocess.Popen[bytes]

    def shut_out(self, fleet: Fleet) -> None:
        """Append to its access list what our command prints, and let it read the list again."""
        with (self.authority.ca.parent / "acl").open("a", encoding="utf-8") as acl:
            acl.writelines(f"{line}\n" for line in denials(fleet))
        self.child.send_signal(signal.SIGHUP)


@pytest.fixture
def authority(short_path: Path) -> Authority:
    return Authority(short_path / uuid4().hex)


@pytest.fixture
def broker(authority: Authority) -> Iterator[Broker]:
    if not Path(MOSQUITTO).exists():
        missing("Mosquitto")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    child = subprocess.Popen([MOSQUITTO, "-c", settled(authority, port)], stderr=subprocess.DEVNULL)
    wait_for_broker(port, child)
    messages: Queue[Message] = Queue()
    link = as_ingest(authority, port, messages.put)
    try:
        link.start()
        assert link.connected.wait(PATIENCE_S)
        yield Broker(port, authority, messages, link, child)
    finally:
        link.stop()
        child.terminate()
        child.wait()


def settled(authority: Authority, port: int) -> Path:
    """The files we ship, in a folder and on a port of the test's own."""
    folder = authority.ca.parent
    authority.issue("broker")
    for path in folder.iterdir():
        path.chmod(0o644)  # Mosquitto gives up being root
    shutil.copy(SHIPPED / "acl", folder / "acl")
    said = (SHIPPED / "hearthline.conf").read_text(encoding="utf-8")
    conf = folder / "mosquitto.conf"
    conf.write_text(said.replace(FOLDER, str(folder)).replace("listener 8883", f"listener {port} 127.0.0.1"))
    return conf


def as_ingest(authority: Authority, port: int, deliver: Callable[[Message], None]) -> Link:
    papers = authority.issue("ingest")
    shown = LinkPapers(authority.ca, papers.certificate, papers.key)
    return Link(f"mqtts://127.0.0.1:{port}", deliver, version=MQTTProtocolVersion.MQTTv5, papers=shown)


@dataclass
class Box:
    """A gateway's end of the connection."""

    ready: asyncio.Event = field(default_factory=asyncio.Event)
    heard: asyncio.Queue[tuple[Channel, bytes]] = field(default_factory=asyncio.Queue)
    line: Line | None = None

    def starting(self, line: Line) -> None:
        self.line = line

    def connected(self, line: Line) -> None:
        self.line = line
        self.ready.set()

    def disconnected(self) -> None:
        self.ready.clear()

    def received(self, channel: Channel, payload: bytes) -> None:
        self.heard.put_nowait((channel, payload))

    def declined(self, status: int) -> None:
        """A broker gives none."""

    def stopping(self, line: Line) -> None:
        """Says no goodbye."""

    def send(self, payload: bytes, channel: Channel = "up") -> None:
        assert self.line is not None
        self.line.publish(channel, payload)


@asynccontextmanager
async def box(broker: Broker, gateway: UUID, papers: Papers) -> AsyncIterator[Box]:
    settings = Settings(
        data_dir=Path("unused"),
        mqtt=f"mqtts://127.0.0.1:{broker.port}",
        root="0123456789abcdef" * 4,
        mqtt_ca=broker.authority.ca,
        mqtt_certificate=papers.certificate,
        mqtt_key=papers.key,
    )
    one = Box()
    async with mqtt.connected(settings, gateway, one):
        async with asyncio.timeout(PATIENCE_S):
            await one.ready.wait()
        yield one


def next_message(broker: Broker) -> Message:
    return broker.messages.get(timeout=PATIENCE_S)


def test_a_gateway_with_its_certificate_sends_up_and_hears_its_receipts(broker: Broker) -> None:
    gateway = uuid4()

    async def scenario() -> tuple[Channel, bytes]:
        async with box(broker, gateway, broker.authority.issue(str(gateway))) as one:
            one.send(b"batch")
            assert next_message(broker) == Message(topic(gateway, "up"), b"batch")
            broker.link.publish(topic(gateway, "receipt"), b"receipt")
            async with asyncio.timeout(PATIENCE_S):
                return await one.heard.get()

    assert asyncio.run(scenario()) == ("receipt", b"receipt")


def test_what_a_gateway_sends_in_anothers_name_reaches_nobody(broker: Broker) -> None:
    thief, victim = uuid4(), uuid4()
    papers = broker.authority.issue(str(thief))

    async def scenario() -> None:
        async with box(broker, victim, papers) as forged:
            forged.send(b"forged")
            forged.send(b"forged", "state")
        async with box(broker, thief, papers) as own:
            own.send(b"own")

    asyncio.run(scenario())
    assert next_message(broker) == Message(topic(thief, "up"), b"own")


def test_nobody_hears_anothers_receipts(broker: Broker) -> None:
    thief, victim = uuid4(), uuid4()

    async def scenario() -> tuple[Channel, bytes]:
        papers = broker.authority.issue(str(thief))
        async with box(broker, victim, papers) as listener, box(broker, thief, papers) as own:
            broker.link.publish(topic(victim, "receipt"), b"not for you")
            broker.link.publish(topic(thief, "receipt"), b"for you")
            async with asyncio.timeout(PATIENCE_S):
                heard = await own.heard.get()
            assert listener.heard.empty()
            return heard

    assert asyncio.run(scenario()) == ("receipt", b"for you")


def test_a_revoked_gateway_is_shut_out_of_its_open_connection_and_the_others_are_not(broker: Broker) -> None:
    thief, honest = uuid4(), uuid4()
    fleet = {
        thief: Enrolled(uuid4(), (GatewayKey("00", revoked=True),)),
        honest: Enrolled(uuid4(), (GatewayKey("01"), GatewayKey("02", revoked=True))),
    }

    async def scenario() -> None:
        papers = [broker.authority.issue(str(each)) for each in (thief, honest)]
        async with box(broker, thief, papers[0]) as shut, box(broker, honest, papers[1]) as other:
            shut.send(b"before")
            assert next_message(broker) == Message(topic(thief, "up"), b"before")
            broker.shut_out(fleet)
            while next_passes(broker, shut, thief):
                pass
            other.send(b"still here")
            assert next_message(broker) == Message(topic(honest, "up"), b"still here")
            broker.link.publish(topic(thief, "receipt"), b"refused")
            async with asyncio.timeout(PATIENCE_S):
                assert await shut.heard.get() == ("receipt", b"refused")

    asyncio.run(scenario())


def next_passes(broker: Broker, sender: Box, gateway: UUID) -> bool:
    """Whether one more of its messages comes through; a signal is heeded a moment after it was sent."""
    sender.send(b"again")
    with suppress(Empty):
        return broker.messages.get(timeout=2).topic == topic(gateway, "up")
    return False


def test_a_message_that_is_too_large_goes_nowhere_and_the_next_one_goes(broker: Broker) -> None:
    gateway = uuid4()

    async def scenario() -> None:
        papers = broker.authority.issue(str(gateway))
        async with box(broker, gateway, papers) as one:
            one.send(bytes(70_000))
        async with box(broker, gateway, papers) as again:
            again.send(b"small")

    asyncio.run(scenario())
    assert next_message(broker).payload == b"small"


def test_the_largest_message_of_the_wire_passes(broker: Broker) -> None:
    gateway = uuid4()

    async def scenario() -> None:
        async with box(broker, gateway, broker.authority.issue(str(gateway))) as one:
            one.send(bytes(64 * 1024))
            assert len(next_message(broker).payload) == 64 * 1024

    asyncio.run(scenario())


def answer(broker: Broker, papers: Papers | None, *, trusts: Path | None = None) -> bytes:
    """What the broker says to CONNECT; nothing where it hangs up."""
    context = ssl.create_default_context(cafile=str(trusts or broker.authority.ca))
    if papers is not None:
        context.load_cert_chain(papers.certificate, papers.key)
    try:
        with (
            socket.create_connection(("127.0.0.1", broker.port), timeout=PATIENCE_S) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
        ):
            line.sendall(CONNECT)
            return line.recv(4)
    except (ssl.SSLError, ConnectionError):
        return b""


def test_whoever_shows_a_certificate_of_ours_gets_in(broker: Broker) -> None:
    assert answer(broker, broker.authority.issue("somebody")) == bytes.fromhex("20020000")


def test_whoever_shows_none_stays_out(broker: Broker) -> None:
    assert answer(broker, None) == b""


def test_a_certificate_of_another_authority_stays_out(broker: Broker, short_path: Path) -> None:
    other = Authority(short_path / uuid4().hex)
    assert answer(broker, other.issue("ingest")) == b""


def test_a_certificate_that_ran_out_stays_out(broker: Broker) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert answer(broker, broker.authority.issue("late", until=yesterday)) == b""


def test_a_client_that_trusts_another_authority_does_not_talk_to_the_broker(
    broker: Broker, short_path: Path
) -> None:
    other = Authority(short_path / uuid4().hex)
    assert answer(broker, broker.authority.issue("somebody"), trusts=other.ca) == b""


def test_a_line_without_tls_gets_no_answer(broker: Broker) -> None:
    with (
        socket.create_connection(("127.0.0.1", broker.port), timeout=PATIENCE_S) as line,
        suppress(ConnectionResetError),
    ):
        line.sendall(CONNECT)
        assert line.recv(4) == b""
