"""Puts the worker's process together: servers of its own where none is named, its keys, and the worker."""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import structlog
from paho.mqtt.enums import MQTTProtocolVersion

from ingest.chores import chores_of
from ingest.database import Database
from ingest.downlink.pending import Pending
from ingest.enrolment.authority import open_authority
from ingest.enrolment.desk import Desk, enrolling
from ingest.enrolment.joining import Office
from ingest.keys import open_keyring
from ingest.lineage.life import read_life
from ingest.lineage.lives import LifeEndedError, Watch, succeed
from ingest.lineage.revocations import gather, read_revoked
from ingest.migrations import upgrade
from ingest.postgres import running
from ingest.probe import probed
from ingest.rounds import Rounds
from ingest.settings import Settings
from ingest.ways.broker import embedded_broker
from ingest.ways.cluster import Cluster
from ingest.ways.https.door import Door
from ingest.ways.link import Link
from ingest.ways.papers import Papers
from ingest.ways.transport import Connect
from ingest.worker import Plan, Worker

log = structlog.get_logger(__name__)

_URLS: Final = "running.json"


def run(settings: Settings, *, at: Callable[[str], None], ready: Callable[[str, str], None]) -> None:
    """Work until SIGTERM or SIGINT. `ready` is told the database's and the broker's URL."""
    _calm_collector()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as servers:
        database_url = settings.database_url
        if database_url is None:
            database_url = servers.enter_context(running(settings.data / "postgresql")).url()
            upgrade(database_url)
        broker_url = settings.nats_url or settings.mqtt_url
        is_embedded = broker_url is None
        if broker_url is None:
            broker_url = servers.enter_context(embedded_broker(settings.mqtt_port))
        pending = servers.enter_context(closing(Pending(database_url, open_keyring(settings.data / "keys"))))
        ways = _ways(settings, pending, broker_url, is_embedded=is_embedded)
        plan = _plan(settings, database_url, ways)
        # Whoever finds the servers by this may count on the keys being there.
        servers.enter_context(_told(settings.data, database_url, broker_url))
        servers.enter_context(_enrolling(settings, database_url))
        ready(database_url, broker_url)
        _work(settings, plan, stop, at)


def _work(settings: Settings, plan: Plan, stop: Event, at: Callable[[str], None]) -> None:
    """One worker for each life of the database: it speaks for one lineage alone."""
    while not stop.is_set():
        worker = Worker(plan, stop, at=at)
        try:
            with (
                probed(settings.probe_port, worker.registry, worker.missing),
                _looked_after(plan, worker),
            ):
                return worker.run()
        except LifeEndedError as ended:
            life = succeed(settings.data, ended.database, datetime.now(UTC))
            log.warning("lineage.begun", lineage=life.n)
            plan = replace(plan, life=life, watch=Watch(settings.data, life.n))
    return None


@contextmanager
def _looked_after(plan: Plan, worker: Worker) -> Iterator[None]:
    """Rounds beside the worker, as long as it works."""
    stop = Event()
    database = Database(
        plan.database_url,
        lineage=plan.life.n,
        region=plan.region,
        stop=stop,
        at=lambda _point: None,
        watch=plan.watch,
    )
    chores = dict(chores_of(plan.life, plan.region, is_listening=worker.is_listening))
    if plan.watch is not None:
        chores["revocations"] = partial(gather, plan.watch.folder)
    rounds = Rounds(database, chores, worker.registry, stop=stop, name=plan.name)
    thread = Thread(target=rounds.run, name="rounds")
    thread.start()
    try:
        yield
    finally:
        rounds.end()
        thread.join()


def _calm_collector() -> None:
    """Readings hold no cycles, so looking for some in thousands of live ones is lost time (5 % measured)."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def read_urls(data: Path) -> dict[str, str]:
    """`database_url` and `mqtt_url` of the worker that runs with this folder; nothing if none does."""
    try:
        return msgspec.json.decode((data / _URLS).read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}


@contextmanager
def _told(data: Path, database_url: str, mqtt_url: str) -> Iterator[None]:
    """Where other commands find embedded servers."""
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / _URLS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode({"database_url": database_url, "mqtt_url": mqtt_url}))
    try:
        yield
    finally:
        (data / _URLS).unlink(missing_ok=True)


@contextmanager
def _enrolling(settings: Settings, database_url: str) -> Iterator[None]:
    if settings.enrol_port is None:
        yield
        return
    authority = open_authority(settings.data / "ca", datetime.now(UTC))
    keyring = open_keyring(settings.data / "keys")
    office = Office(authority, keyring, settings.gateways_mqtt, settings.gateways_https)
    desk = Desk(database_url, office, partial(read_revoked, settings.data))
    papers = Papers(certificate=settings.enrol_certificate, key=settings.enrol_key)
    with enrolling(desk, host=settings.enrol_host, port=settings.enrol_port, papers=papers):
        log.info("enrolment.opened")
        yield


def _ways(settings: Settings, pending: Pending, broker_url: str, *, is_embedded: bool) -> Iterator[Connect]:
    if settings.nats_url is not None:
        papers = Papers(settings.nats_ca, settings.nats_certificate, settings.nats_key)
        yield partial(Cluster, settings.nats_url, papers=papers)
    else:
        # amqtt speaks 3.1.1 alone; from a real broker we want MQTT 5 for its bound on packets.
        version = MQTTProtocolVersion.MQTTv311 if is_embedded else MQTTProtocolVersion.MQTTv5
        papers = Papers(settings.mqtt_ca, settings.mqtt_certificate, settings.mqtt_key)
        yield lambda inbox: Link(
            broker_url, inbox.put, version=version, papers=papers, group=settings.mqtt_group
        )
    if settings.https_port is not None:
        papers = Papers(settings.https_ca, settings.https_certificate, settings.https_key)
        host, port = settings.https_host, settings.https_port
        yield partial(Door, host=host, port=port, papers=papers, pending=pending)


def _plan(settings: Settings, database_url: str, transports: Iterable[Connect]) -> Plan:
    life = read_life(settings.data)
    return Plan(
        database_url=database_url,
        transports=tuple(transports),
        keyring=open_keyring(settings.data / "keys"),
        life=life,
        region=ZoneInfo(settings.region),
        group=settings.group,
        intake_bytes=settings.intake_bytes,
        drain_s=settings.drain_s,
        name=settings.name or socket.gethostname(),
        watch=Watch(settings.data, life.n),
        revoked=partial(read_revoked, settings.data),
    )
