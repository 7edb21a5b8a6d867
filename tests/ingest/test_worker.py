"""The worker between real brokers and a real database."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from msgspec.structs import replace
from paho.mqtt.enums import MQTTProtocolVersion

from device_drivers.wire.codec import encode
from device_drivers.wire.signing import is_signed_by, public_hex
from device_drivers.wire.topics import topic
from ingest.fleet import registry
from ingest.keys import Keyring, open_keyring
from ingest.lineage.life import FIRST
from ingest.ways.broker import embedded_broker
from ingest.ways.link import Link
from ingest.worker import Plan, Worker
from tests.ingest.listening import listening
from tests.ingest.making import NOON, Gateway, make_answer, make_reading, make_state


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return open_keyring(tmp_path / "keys")


@contextmanager
def working(
    database_url: str,
    broker: str,
    keyring: Keyring,
    *,
    version: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5,
    at: Callable[[str], None] = lambda _point: None,
    stop: Event | None = None,
    limits: tuple[int, float] = (100, 5.0),
) -> Iterator[Worker]:
    """`limits`: batches in a group, and seconds for the drain."""
    stop = stop or Event()
    plan = Plan(
        database_url=database_url,
        transports=(lambda inbox: Link(broker, inbox.put, version=version),),
        keyring=keyring,
        life=FIRST,
        region=ZoneInfo("Asia/Shanghai"),
        group=limits[0],
        intake_bytes=1_000_000,
        drain_s=limits[1],
    )
    worker = Worker(plan, stop, at=at)
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def gateway(database_url: str) -> Gateway:
    """Enrolled, with nobody bound to its meters."""
    gateway = Gateway()
    with psycopg.connect(database_url, autocommit=True) as connection:
        registry.enrol(
            connection, gateway.gateway, public=gateway.public, home=gateway.home, now=datetime.now(UTC)
        )
    return gateway


def count(database_url: str, query: str) -> object:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_a_batch_gets_a_signed_receipt_when_it_is_in_the_tables(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    with listening(broker, gateway) as ear, working(database_url, broker, keyring):
        ear.lineage()
        ear.send(batch := gateway.seal())
        receipt = ear.receipt()
        assert count(database_url, "select count(*) from ingest.unattributed") == 1
    assert (receipt.stream, receipt.seq, receipt.link) == (batch.stream, 1, batch.link)
    assert receipt.outcome == "stored"
    assert is_signed_by(receipt, receipt.sig, public_hex(keyring.signing))


def test_a_homes_answer_is_stored_once_and_receipted_after_its_commit(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    answered = make_answer(gateway)
    with listening(broker, gateway) as ear, working(database_url, broker, keyring):
        ear.lineage()
        for _ in range(2):
            ear.send_bytes(topic(gateway.gateway, "up"), encode(answered))
            receipt = ear.receipt()
            stored = "select string_agg(said || home::text, ' ') from ingest.home_answer"
            assert count(database_url, stored) == f"yes{gateway.home}"
            assert (receipt.stream, receipt.seq, receipt.link) == (answered.stream, 1, answered.link)
            assert is_signed_by(receipt, receipt.sig, public_hex(keyring.signing))


def test_a_worker_counts_what_it_answered(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    with listening(broker, gateway) as ear, working(database_url, broker, keyring) as worker:
        ear.lineage()
        assert worker.missing() == []
        ear.send(batch := gateway.seal(make_reading(1), make_reading(2)))
        ear.receipt()
        ear.send(batch)
        ear.receipt()
        told = worker.registry.get_sample_value
        assert told("hearthline_ingest_batches_total", {"outcome": "stored"}) == 2
        assert told("hearthline_ingest_readings_total") == 2
        assert told("hearthline_ingest_waiting_bytes") == 0


def test_a_worker_whose_servers_are_away_says_which(keyring: Keyring, unused_port: int) -> None:
    nowhere = f"mqtt://127.0.0.1:{unused_port}"
    with working("postgresql://127.0.0.1:1/none", nowhere, keyring) as worker:
        assert worker.missing() == ["broker", "database"]


def test_no_log_line_holds_a_reading_a_meter_or_a_resident_and_the_end_is_clean(
    database_url: str, broker: str, gateway: Gateway, tmp_path: Path
) -> None:
    """Whatever happens: stored, refused singly, rejected whole, forged, forked."""
    reading = make_reading(1)
    ill = replace(make_reading(2), reading_id=uuid4())
    twin = copy(gateway)
    command = [sys.executable, "-m", "hearthline", "ingest", "run", "--data", str(tmp_path)]
    with listening(broker, gateway) as ear:
        worker = subprocess.Popen(
            [*command, "--database-url", database_url, "--mqtt", broker], stderr=subprocess.PIPE, text=True
        )
        try:
            ear.lineage()
            batches = [gateway.seal(reading), gateway.seal(ill), gateway.seal_body(b'{"systolic":"128"}')]
            for batch in [*batches, twin.seal(make_reading(3))]:
                ear.send(batch)
                ear.receipt()
            ear.send(Gateway(gateway=gateway.gateway).seal(reading))
            ear.send(gateway.seal(make_reading(4)))
            ear.receipt()
        finally:
            worker.terminate()
        _, said = worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert "stream.forked" in said
    meter = reading.meter
    secrets = (meter.key, meter.address, reading.words.value, "128", str(reading.reading_id))
    assert [each for each in secrets if each in said] == []


def test_the_lineage_waits_for_a_gateway_with_keys_that_the_root_signed(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    with listening(broker, gateway) as first, working(database_url, broker, keyring):
        first.lineage()
    with listening(broker, gateway) as ear:
        lineage = ear.lineage()
    assert (lineage.n, lineage.kid) == (1, keyring.kid)
    assert is_signed_by(lineage.kids, lineage.kids.sig, keyring.root_public)


def test_a_gateway_enrolled_while_the_worker_runs_is_known_at_its_first_batch(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    late = Gateway()
    with ExitStack() as running:
        known, ear = (running.enter_context(listening(broker, each)) for each in (gateway, late))
        running.enter_context(working(database_url, broker, keyring))
        known.lineage()
        ear.send(batch := late.seal())
        assert ear.receipt().outcome == "refused"
        with psycopg.connect(database_url, autocommit=True) as connection:
            registry.enrol(connection, late.gateway, public=late.public, home=late.home, now=NOON)
        outcome = "refused"
        while outcome == "refused":
            ear.send(batch)
            outcome = ear.receipt().outcome
    assert outcome == "stored"


def test_foreign_and_forged_messages_are_kept_and_not_answered(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    forger = Gateway(gateway=gateway.gateway)
    with listening(broker, gateway) as ear, working(database_url, broker, keyring):
        ear.lineage()
        ear.send(forger.seal())
        ear.send_bytes(topic(gateway.gateway, "up"), b"\x00 not even JSON")
        ear.send_bytes(topic(uuid4(), "up"), encode(gateway.seal()))
        ear.send(last := gateway.seal())
        assert ear.receipt().link == last.link
        assert count(database_url, "select count(*) from ingest.quarantine") == 3


@pytest.mark.parametrize("size", [70_000, 60_000_000])
def test_a_payload_over_the_limit_is_never_taken_in(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway, size: int
) -> None:
    with listening(broker, gateway) as ear, working(database_url, broker, keyring):
        ear.lineage()
        ear.send_bytes(topic(gateway.gateway, "up"), bytes(size))
        ear.send(gateway.seal())
        assert ear.receipt().outcome == "stored"
        assert count(database_url, "select coalesce(sum(length(payload)), 0) from ingest.quarantine") == 0


def test_a_heartbeat_leaves_its_signed_head(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    batch = gateway.seal()
    with listening(broker, gateway) as ear, working(database_url, broker, keyring):
        ear.lineage()
        ear.send_bytes(topic(gateway.gateway, "state"), encode(make_state(gateway)))
        ear.send(batch)
        ear.receipt()
    assert count(database_url, "select max(seq) from ingest.signed_head") == 1


def test_a_worker_outlives_its_database_connection(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    with listening(broker, gateway) as ear, working(database_url, broker, keyring):
        ear.lineage()
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        ear.send(gateway.seal())
        assert ear.receipt().outcome == "stored"


def test_what_was_taken_in_before_the_stop_is_still_committed_and_answered(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    """The stop comes while one batch is in its commit, one is in hand and one waits."""
    stop, workers = Event(), list[Worker]()
    # By its size the last one is known to be the one that waits.
    batches = [gateway.seal(), gateway.seal(), gateway.seal(make_reading(1), make_reading(2))]

    def at(point: str) -> None:
        while point == "commit.before" and not stop.is_set():
            waiting = workers[0].registry.get_sample_value("hearthline_ingest_waiting_bytes")
            if waiting == len(encode(batches[-1])):
                stop.set()

    with ExitStack() as running:
        ear = running.enter_context(listening(broker, gateway))
        workers.append(
            running.enter_context(working(database_url, broker, keyring, at=at, stop=stop, limits=(1, 5.0)))
        )
        ear.lineage()
        for batch in batches:
            ear.send(batch)
        assert {ear.receipt().link for _ in batches} == {batch.link for batch in batches}
    assert count(database_url, "select count(*) from ingest.batch") == 3


def test_a_drain_that_cannot_reach_its_database_ends_in_time(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    """Nobody is answered, so the gateway sends it again."""
    stop = Event()

    def at(point: str) -> None:
        if point == "commit.before":
            stop.set()
            raise psycopg.OperationalError

    with (
        listening(broker, gateway) as ear,
        working(database_url, broker, keyring, at=at, stop=stop, limits=(1, 0.1)),
    ):
        ear.lineage()
        ear.send(gateway.seal())
        assert stop.wait(20)
    assert count(database_url, "select count(*) from ingest.batch") == 0


def test_a_worker_that_is_stopping_is_not_ready(keyring: Keyring, unused_port: int) -> None:
    stop = Event()
    with working(
        "postgresql://127.0.0.1:1/none", f"mqtt://127.0.0.1:{unused_port}", keyring, stop=stop
    ) as worker:
        stop.set()
        assert "stopping" in worker.missing()


def test_the_crash_points_come_in_order(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    reached: list[str] = []
    with ExitStack() as running:
        ear = running.enter_context(listening(broker, gateway))
        running.enter_context(working(database_url, broker, keyring, at=reached.append))
        ear.lineage()
        ear.send(gateway.seal())
        ear.receipt()
    assert reached == ["message.received", "commit.before", "commit.after", "receipt.sent"]


def test_the_embedded_broker_carries_the_same(database_url: str, keyring: Keyring, gateway: Gateway) -> None:
    with ExitStack() as running:
        url = running.enter_context(embedded_broker())
        ear = running.enter_context(listening(url, gateway))
        running.enter_context(working(database_url, url, keyring, version=MQTTProtocolVersion.MQTTv311))
        ear.lineage()
        ear.send(gateway.seal())
        assert ear.receipt().outcome == "stored"


def test_workers_on_one_broker_share_the_batches(
    database_url: str, broker: str, keyring: Keyring, gateway: Gateway
) -> None:
    took: list[set[str]] = [set(), set()]
    with ExitStack() as running:
        ear = running.enter_context(listening(broker, gateway))
        for points in took:
            running.enter_context(working(database_url, broker, keyring, at=points.add))
            ear.lineage()
        for _ in range(20):
            ear.send(gateway.seal())
        links = [ear.receipt().link for _ in range(20)]
    assert len(set(links)) == 20
    assert all("receipt.sent" in points for points in took)
