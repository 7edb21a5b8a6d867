"""Puts the worker's process together: servers of its own where none is named, its keys, and the worker."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from paho.mqtt.enums import MQTTProtocolVersion

from ingest.broker import embedded_broker
from ingest.keys import open_keyring
from ingest.life import read_life
from ingest.link import Papers
from ingest.migrations import upgrade
from ingest.postgres import running
from ingest.probe import probed
from ingest.settings import Settings
from ingest.worker import Plan, Worker

_URLS: Final = "running.json"


def run(settings: Settings, *, at: Callable[[str], None], ready: Callable[[str, str], None]) -> None:
    """Work until SIGTERM or SIGINT. `ready` is told the database's and the broker's URL."""
    _calm_collector()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as servers:
        database_url, embedded = settings.database_url, settings.mqtt_url is None
        if database_url is None:
            database_url = servers.enter_context(running(settings.data / "postgresql")).url()
            upgrade(database_url)
        mqtt_url = settings.mqtt_url or servers.enter_context(embedded_broker(settings.mqtt_port))
        plan = _plan(settings, database_url, mqtt_url, embedded=embedded)
        # Whoever finds the servers by this may count on the keys being there.
        servers.enter_context(_told(settings.data, database_url, mqtt_url))
        ready(database_url, mqtt_url)
        worker = Worker(plan, stop, at=at)
        servers.enter_context(probed(settings.probe_port, worker.registry, worker.missing))
        worker.run()


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


def _plan(settings: Settings, database_url: str, mqtt_url: str, *, embedded: bool) -> Plan:
    # amqtt speaks 3.1.1 alone; from a real broker we want MQTT 5 for its bound on packets.
    version = MQTTProtocolVersion.MQTTv311 if embedded else MQTTProtocolVersion.MQTTv5
    return Plan(
        database_url=database_url,
        mqtt_url=mqtt_url,
        mqtt_version=version,
        papers=Papers(settings.mqtt_ca, settings.mqtt_certificate, settings.mqtt_key),
        keyring=open_keyring(settings.data / "keys"),
        life=read_life(settings.data),
        region=ZoneInfo(settings.region),
        group=settings.group,
        intake_bytes=settings.intake_bytes,
    )
