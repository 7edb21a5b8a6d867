"""The steps on a real message bus: what a bluetoothd and a systemd get to do."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbus_fast import Message, MessageType
from dbus_fast.annotations import DBusObjectPath, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method

from gateway.bluez.hands import BluezHands
from gateway.endurance.hands import StepFailed
from gateway.endurance.ladder import Daemon, Step
from tests.gateway.bluez.private_bus import bluetoothd, connection, private_bus


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    with private_bus(tmp_path) as address:
        yield address


class Manager(ServiceInterface):
    """As much of systemd as is asked."""

    def __init__(self) -> None:
        super().__init__("org.freedesktop.systemd1.Manager")
        self.restarted: list[str] = []

    @dbus_method(name="RestartUnit")
    def restart(self, unit: DBusStr, _mode: DBusStr) -> DBusObjectPath:
        self.restarted.append(unit)
        return "/org/freedesktop/systemd1/job/1"


def hands(bus: str, adapter: str | None = None) -> BluezHands:
    return BluezHands(adapter, bus=bus, off_s=0)


def test_a_daemon_that_answers_is_well(bus: str) -> None:
    async def scenario() -> Daemon:
        async with bluetoothd(bus):
            return await hands(bus).daemon()

    assert asyncio.run(scenario()) == "well"


def test_a_name_without_an_owner_is_a_daemon_that_is_gone(bus: str) -> None:
    assert asyncio.run(hands(bus).daemon()) == "gone"


def test_no_bus_at_all_is_nobodys_fault(tmp_path: Path) -> None:
    assert asyncio.run(hands(f"unix:path={tmp_path}/none").daemon()) == "unknown"


def test_a_daemon_that_has_its_name_and_answers_nothing_hangs(bus: str) -> None:
    async def scenario() -> Daemon:
        async with connection(bus) as mute:
            mute.add_message_handler(_swallow)
            await mute.request_name("org.bluez")
            return await BluezHands(None, bus=bus, answer_s=0.2).daemon()

    assert asyncio.run(scenario()) == "hung"


def _swallow(message: Message) -> bool:
    """Take it for done, and answer nothing."""
    return message.message_type is MessageType.METHOD_CALL


def test_the_adapter_is_switched_off_and_on_again(bus: str) -> None:
    async def scenario() -> list[bool]:
        async with bluetoothd(bus) as daemon:
            await hands(bus).take(Step.POWER_CYCLE)
            return daemon.adapter.switched

    assert asyncio.run(scenario()) == [False, True]


def test_an_adapter_that_is_not_there_is_a_step_that_failed(bus: str) -> None:
    async def scenario() -> None:
        async with bluetoothd(bus):
            await hands(bus, "hci7").take(Step.POWER_CYCLE)

    with pytest.raises(StepFailed):
        asyncio.run(scenario())


def test_systemd_is_asked_to_restart_bluetoothd(bus: str) -> None:
    async def scenario() -> list[str]:
        async with connection(bus) as systemd:
            manager = Manager()
            systemd.export("/org/freedesktop/systemd1", manager)
            await systemd.request_name("org.freedesktop.systemd1")
            await hands(bus).take(Step.RESTART_DAEMON)
            return manager.restarted

    assert asyncio.run(scenario()) == ["bluetooth.service"]


def test_a_kernel_without_that_adapter_says_so_and_nothing_breaks(bus: str) -> None:
    with pytest.raises(StepFailed):
        asyncio.run(hands(bus, "hci97").take(Step.RESET_ADAPTER))
