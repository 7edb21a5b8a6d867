"""From a row in the cloud to the gateway that obeys it, and what it says back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg
import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from device_drivers.wire.downlink import Keep, Order, Reported, Speak, Wanted
from gateway.orders.configured import Configured
from ingest.downlink import configurations
from ingest.downlink.orders import give
from ingest.downlink.pending import Pending
from ingest.keys import Keyring, open_keyring
from ingest.store.steps import Deed
from ingest.ways.https.door import Door
from ingest.ways.link import Link
from ingest.ways.transport import Inbox
from ingest.worker import Worker
from tests.e2e.downlinks import Box, box, enrol, running, working
from tests.gateway.quiet_log import QuietLog
from tests.ingest.making import Gateway

LOOKED = Speak("looked", None)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return open_keyring(tmp_path / "keys")


@contextmanager
def over_https(database_url: str, keyring: Keyring) -> Iterator[str]:
    """A worker's door; its address."""
    doors: list[Door] = []

    def connect(inbox: Inbox) -> Door:
        doors.append(Door(inbox, host="127.0.0.1", port=0, pending=pending))
        return doors[0]

    with closing(Pending(database_url, keyring)) as pending, working(database_url, keyring, connect):
        assert doors[0].is_connected or doors[0].connected.wait(30)
        yield f"http://127.0.0.1:{doors[0].port}"


@contextmanager
def over_mqtt(database_url: str, broker: str, keyring: Keyring) -> Iterator[Worker]:
    with working(
        database_url, keyring, lambda inbox: Link(broker, inbox.put, version=MQTTProtocolVersion.MQTTv5)
    ) as worker:
        yield worker


def ask(database_url: str, gateway: Gateway, order: Order) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        give(connection, gateway.gateway, order, now=datetime.now(UTC))


def configure(database_url: str, gateway: Gateway, wanted: Wanted) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        deed = Deed("steward", "a test", datetime.now(UTC))
        configurations.give(connection, gateway.gateway, wanted, deed)


OUTCOMES: Final = {
    "command": "select outcome from ingest.command",
    "configuration": "select outcome from ingest.configuration",
}


def outcomes(database_url: str, table: str) -> list[str | None]:
    with psycopg.connect(database_url) as connection:
        return [row[0] for row in connection.execute(OUTCOMES[table].encode())]


async def carried_out(one: Box, database_url: str) -> None:
    async with running(one):
        await one.until(lambda: bool(one.told))
        await settled(database_url, "command", "done")


async def settled(database_url: str, table: str, outcome: str) -> None:
    """The worker notes it a moment after the gateway has said it; nobody tells a test."""
    async with asyncio.timeout(60):
        while True:
            if outcomes(database_url, table) == [outcome]:
                return
            await asyncio.sleep(0.05)


def test_a_command_reaches_the_gateway_over_a_broker_and_its_answer_comes_back(
    database_url: str, broker: str, keyring: Keyring, tmp_path: Path
) -> None:
    gateway = enrol(database_url, Gateway())
    ask(database_url, gateway, LOOKED)
    one = box(tmp_path, keyring, gateway, mqtt=broker)
    with over_mqtt(database_url, broker, keyring):
        asyncio.run(carried_out(one, database_url))
    assert one.told == [LOOKED]


def test_a_command_reaches_a_gateway_that_has_nothing_but_https(
    database_url: str, keyring: Keyring, tmp_path: Path
) -> None:
    gateway = enrol(database_url, Gateway())
    ask(database_url, gateway, LOOKED)
    with over_https(database_url, keyring) as door:
        one = box(tmp_path, keyring, gateway, https=door)
        asyncio.run(carried_out(one, database_url))
    assert one.told == [LOOKED]


async def reconfigured(one: Box, database_url: str) -> Configured:
    async with running(one) as configured:
        await one.until(lambda: one.begun_anew == 1)
    async with running(one, configured):
        await one.until(lambda: Keep(1) in one.told)
        await settled(database_url, "configuration", "kept")
    return configured


def test_a_configuration_is_begun_with_reported_and_confirmed(
    database_url: str, broker: str, keyring: Keyring, tmp_path: Path
) -> None:
    gateway = enrol(database_url, Gateway())
    configure(database_url, gateway, Wanted(heartbeat_s=1))
    one = box(tmp_path, keyring, gateway, mqtt=broker)
    with over_mqtt(database_url, broker, keyring):
        configured = asyncio.run(reconfigured(one, database_url))
    assert (configured.settings().heartbeat_s, configured.report()) == (1, Reported(1, 0))


async def misled(one: Box, database_url: str, trial_s: float) -> Configured:
    """The new way leads nowhere."""
    async with running(one):
        await one.until(lambda: one.begun_anew == 1)
    # The process ends, and another begins: with the patience of a test.
    configured = Configured(one.settings.data_dir, one.settings, QuietLog(), trial_s=trial_s)
    async with running(one, configured):
        proving = asyncio.create_task(configured.prove(one.note))
        await one.until(proving.done)
    async with running(one, configured):
        await settled(database_url, "configuration", "failed")
    return configured


def test_a_configuration_that_leads_nowhere_is_rolled_back_and_the_cloud_hears_of_it(
    database_url: str, broker: str, keyring: Keyring, tmp_path: Path
) -> None:
    gateway = enrol(database_url, Gateway())
    configure(database_url, gateway, Wanted(mqtt="mqtt://127.0.0.1:9"))
    one = box(tmp_path, keyring, gateway, mqtt=broker)
    with over_mqtt(database_url, broker, keyring):
        configured = asyncio.run(misled(one, database_url, 0.5))
    assert configured.settings() == one.settings
    assert configured.report() == Reported(0, 1)
