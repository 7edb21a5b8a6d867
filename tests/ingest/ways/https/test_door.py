"""The door on a real socket: receipts for batches, room for everybody, patience with nobody."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import pytest

from device_drivers.wire.batch import Sealed
from device_drivers.wire.codec import MAX_MESSAGE, decode, encode
from device_drivers.wire.receipt import Receipt
from device_drivers.wire.topics import topic
from ingest.answers import Signer
from ingest.door.intake import Intake, Message
from ingest.door.ledger import Verdict
from ingest.keys import open_keyring
from ingest.ways.https.door import Door
from ingest.ways.https.server import Limits
from ingest.ways.papers import NONE, Papers
from tests.certificates import Authority
from tests.ingest.making import NOON, Gateway, make_state

PATIENCE_S = 20.0
HASTY = Limits(connections=3, request_s=0.2, idle_s=0.3, receipt_s=0.2)


@dataclass
class Open:
    """A door with nobody behind it but the test."""

    intake: Intake
    door: Door

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.door.port, timeout=PATIENCE_S)

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        with closing(self.connect()) as connection:
            connection.request(method, path, body or None)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def next(self) -> Message:
        (message,) = self.intake.take(1, PATIENCE_S)
        return message


@contextmanager
def open_door(
    *, limit: int = 1_000_000, papers: Papers = NONE, limits: Limits | None = None
) -> Iterator[Open]:
    intake = Intake(limit=limit)
    door = Door(intake, host="127.0.0.1", port=0, papers=papers, limits=limits)
    door.start()
    try:
        yield Open(intake, door)
    finally:
        intake.close()
        door.stop()


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer(open_keyring(tmp_path / "keys"), 1)


@contextmanager
def answering(house: Open, signer: Signer, batch: Sealed) -> Iterator[None]:
    """A worker that has stored the batch, and another one, when the message comes."""
    other = Gateway(gateway=batch.gateway).seal()

    def answer() -> None:
        assert house.next() == Message(topic(batch.gateway, "up"), encode(batch))
        for one in (other, batch):
            receipt = encode(signer.receipt(one, Verdict("stored"), NOON))
            house.door.publish(topic(one.gateway, "receipt"), receipt)

    worker = Thread(target=answer)
    worker.start()
    try:
        yield
    finally:
        worker.join()


def test_the_answer_to_a_batch_is_its_own_receipt(signer: Signer) -> None:
    batch = Gateway().seal()
    with open_door() as house, answering(house, signer, batch):
        status, body = house.ask("POST", "/v1/batches", encode(batch))
    assert status == 200
    assert decode(body, Receipt).link == batch.link


def test_a_batch_without_a_receipt_in_time_may_come_again() -> None:
    with open_door(limits=HASTY) as house:
        assert house.ask("POST", "/v1/batches", encode(Gateway().seal()))[0] == 503


def test_a_full_intake_says_so_at_once_and_takes_nothing_in() -> None:
    with open_door(limit=1000) as house:
        first = Gateway().seal()
        house.intake.put(Message("hl", bytes(1000)))
        assert house.ask("POST", "/v1/batches", encode(first))[0] == 503
        assert house.intake.held == 1000


def test_the_lineage_is_there_once_it_was_announced() -> None:
    with open_door() as house:
        assert house.door.connected.is_set()
        assert house.ask("GET", "/v1/lineage")[0] == 503
        house.door.publish(topic(uuid4(), "lineage"), b"lineage", retain=True)
        assert house.ask("GET", "/v1/lineage") == (200, b"lineage")


def test_a_heartbeat_is_taken_and_what_is_malformed_is_kept() -> None:
    gateway = Gateway()
    state = encode(make_state(gateway))
    with open_door() as house:
        assert house.ask("POST", "/v1/state", state)[0] == 202
        assert house.next() == Message(topic(gateway.gateway, "state"), state)
        assert house.ask("POST", "/v1/batches", b"nonsense")[0] == 400
        assert house.next() == Message("", b"nonsense")


def test_one_connection_serves_for_many_requests() -> None:
    with open_door() as house, closing(house.connect()) as connection:
        statuses = []
        for path in ("/v1/lineage", "/nowhere", "/v1/lineage"):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
    assert statuses == [503, 404, 503]


@pytest.mark.parametrize("size", [MAX_MESSAGE + 1, 60_000_000])
def test_a_body_that_is_too_large_is_refused_by_its_announcement(size: int) -> None:
    with open_door() as house, raw(house) as client:
        client.sendall(b"POST /v1/batches HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size)
        assert client.recv(1024).startswith(b"HTTP/1.1 413")
        assert ends(client)


@pytest.mark.parametrize(
    "said", [b"", b"POST /v1/ba", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"]
)
def test_who_is_slow_is_not_waited_for(said: bytes) -> None:
    with open_door(limits=HASTY) as house, raw(house) as client:
        client.sendall(said)
        assert client.recv(1024)[:12] in {b"", b"HTTP/1.1 408"}
        assert ends(client)


def test_who_keeps_a_connection_for_nothing_loses_it() -> None:
    with open_door(limits=HASTY) as house, raw(house) as client:
        client.sendall(b"GET /v1/lineage HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.recv(1024).startswith(b"HTTP/1.1 503")
        assert ends(client)


def test_connections_beyond_the_most_are_closed_and_the_others_served() -> None:
    with open_door(limits=Limits(connections=1)) as house, raw(house) as first:
        first.sendall(b"GET /v1/lineage HTTP/1.1\r\nHost: a\r\n\r\n")
        assert first.recv(1024).startswith(b"HTTP/1.1 503")
        with raw(house) as second:
            assert ends(second)
        first.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert first.recv(1024).startswith(b"HTTP/1.1 404")


def test_a_port_that_is_taken_is_an_error_at_the_start() -> None:
    with open_door() as house:
        second = Door(Intake(limit=1), host="127.0.0.1", port=house.door.port)
        with pytest.raises(OSError, match="address already in use"):
            second.start()
        second.stop()


def raw(house: Open) -> socket.socket:
    return socket.create_connection(("127.0.0.1", house.door.port), timeout=PATIENCE_S)


def ends(client: socket.socket) -> bool:
    """Whether the other side hung up, and said nothing more."""
    try:
        return client.recv(1024) == b""
    except ConnectionResetError:
        return True


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("door") / "authority")


@contextmanager
def locked_door(authority: Authority) -> Iterator[Open]:
    issued = authority.issue("door")
    with open_door(papers=Papers(authority.ca, issued.certificate, issued.key)) as house:
        yield house


def ask_as(authority: Authority, house: Open, name: str, path: str, body: bytes) -> int:
    issued = authority.issue(name)
    context = Papers(authority.ca, issued.certificate, issued.key).as_client()
    connection = HTTPSConnection("127.0.0.1", house.door.port, timeout=PATIENCE_S, context=context)
    with closing(connection):
        connection.request("POST", path, body)
        return connection.getresponse().status


def test_behind_tls_a_gateway_speaks_for_itself_alone(authority: Authority) -> None:
    gateway, thief = Gateway(), uuid4()
    state = encode(make_state(gateway))
    with locked_door(authority) as house:
        assert ask_as(authority, house, str(gateway.gateway), "/v1/state", state) == 202
        assert house.next() == Message(topic(gateway.gateway, "state"), state)
        assert ask_as(authority, house, str(thief), "/v1/state", state) == 403
        assert house.next() == Message(topic(thief, "state"), state)


def test_a_certificate_that_names_no_gateway_opens_nothing(authority: Authority) -> None:
    with locked_door(authority) as house:
        assert ask_as(authority, house, "ingest", "/v1/state", b"{}") == 403
        assert house.intake.held == 0


def test_without_a_certificate_of_this_authority_nobody_gets_in(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path / "stranger").issue(str(UUID(int=1)))
    with locked_door(authority) as house:
        for papers in (Papers(authority.ca), Papers(authority.ca, stranger.certificate, stranger.key)):
            assert not answers(house, papers)


def answers(house: Open, papers: Papers) -> bool:
    """TLS 1.3 tells a client only at its first word that its certificate is not wanted."""
    try:
        with (
            raw(house) as plain,
            papers.as_client().wrap_socket(plain, server_hostname="127.0.0.1") as client,
        ):
            client.sendall(b"GET /v1/lineage HTTP/1.1\r\nHost: a\r\n\r\n")
            return client.recv(1024) != b""
    except (ssl.SSLError, ConnectionError):
        return False
