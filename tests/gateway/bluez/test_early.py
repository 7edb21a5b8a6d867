"""Subscribed before the link is made, on a real message bus, with one who speaks on it as bluetoothd does."""

# No `from __future__ import annotations` here: dbus-fast takes a deferred `None` for no signature.
import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from dbus_fast import DBusError, PropertyAccess
from dbus_fast.annotations import DBusBool, DBusBytes, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from device_drivers.conversation import Note
from gateway.bluez import early
from gateway.radio.early import Early
from gateway.radio.runner import Ears
from tests.gateway.bluez.private_bus import ADDRESS, DEVICE, connection, private_bus

FRAME = bytes.fromhex("06780050006200ea0703010800114800")
NAMES = ("2A35", "2B34")
PATIENCE_S = 20.0


class Device(ServiceInterface):
    def __init__(self, *, is_paired: bool) -> None:
        super().__init__("org.bluez.Device1")
        self._is_paired = is_paired

    @dbus_property(name="Address", access=PropertyAccess.READ)
    def address(self) -> DBusStr:
        return ADDRESS

    @dbus_property(name="Paired", access=PropertyAccess.READ)
    def paired(self) -> DBusBool:
        return self._is_paired


class Characteristic(ServiceInterface):
    """Writes down what it was asked; `refuses`: StartNotify fails."""

    def __init__(self, number: str, *, refuses: bool = False) -> None:
        super().__init__("org.bluez.GattCharacteristic1")
        self._uuid = f"0000{number.lower()}-0000-1000-8000-00805f9b34fb"
        self._refuses = refuses
        self.asked: list[str] = []

    @dbus_property(name="UUID", access=PropertyAccess.READ)
    def uuid(self) -> DBusStr:
        return self._uuid

    @dbus_property(name="Value", access=PropertyAccess.READ)
    def value(self) -> DBusBytes:
        return b""

    @dbus_property(name="Notifying", access=PropertyAccess.READ)
    def notifying(self) -> DBusBool:
        return False

    @dbus_method(name="StartNotify")
    def start(self) -> None:
        self.asked.append("StartNotify")
        if self._refuses:
            raise DBusError("org.bluez.Error.Failed", "no")

    @dbus_method(name="StopNotify")
    def stop(self) -> None:
        self.asked.append("StopNotify")

    def says(self, value: bytes) -> None:
        self.emit_properties_changed({"Value": value})

    def is_taken(self) -> None:
        """The meter was asked for it, and said yes."""
        self.emit_properties_changed({"Notifying": True})


@asynccontextmanager
async def listening(
    address: str, ears: Ears, *characteristics: Characteristic, is_paired: bool = True, stands_s: float = 10.0
) -> AsyncIterator[Early]:
    async with asyncio.timeout(PATIENCE_S), connection(address) as bluetoothd:
        bluetoothd.export(DEVICE, Device(is_paired=is_paired))
        for number, one in enumerate(characteristics):
            bluetoothd.export(f"{DEVICE}/service0010/char001{number}", one)
        await bluetoothd.request_name("org.bluez")
        async with early.listening(ADDRESS, ears, bus=address, stands_s=stands_s) as found:
            yield found


Play = Callable[[Callable[[str], Coroutine[None, None, None]]], None]


@pytest.fixture
def on_a_bus(tmp_path: Path) -> Play:
    def play(scenario: Callable[[str], Coroutine[None, None, None]]) -> None:
        with private_bus(tmp_path) as bus:
            asyncio.run(scenario(bus))

    return play


def ears() -> Ears:
    return Ears(lambda _characteristic, _value: 7, NAMES)


def test_what_a_bonded_meter_says_before_anybody_subscribed_is_heard_once(on_a_bus: Play) -> None:
    async def scenario(bus: str) -> None:
        heard, cuff = ears(), Characteristic("2A35")
        async with listening(bus, heard, cuff) as found:
            cuff.says(FRAME)
            assert await heard.listen(PATIENCE_S) == Note("2A35", FRAME, 7)
            cuff.is_taken()
            assert await found.stands("2A35")
            assert not await found.stands("2A37")
        assert cuff.asked == ["StartNotify"]
        assert not heard.may_have_missed

    on_a_bus(scenario)


def test_a_meter_that_says_its_results_on_two_is_heard_on_the_first_alone(on_a_bus: Play) -> None:
    async def scenario(bus: str) -> None:
        second, first = Characteristic("2B34"), Characteristic("2A35")
        async with listening(bus, ears(), second, first):
            assert (first.asked, second.asked) == (["StartNotify"], [])

    on_a_bus(scenario)


def test_what_the_meter_does_not_take_is_left_to_the_link_and_heard_here_no_more(on_a_bus: Play) -> None:
    async def scenario(bus: str) -> None:
        heard, cuff = ears(), Characteristic("2A35")
        async with listening(bus, heard, cuff, stands_s=0.0) as found:
            assert not await found.stands("2A35")
            cuff.says(FRAME)
            cuff.is_taken()
            assert not await found.stands("2A35")
        heard.lose()
        assert not isinstance(await heard.listen(PATIENCE_S), Note)
        assert cuff.asked == ["StartNotify", "StopNotify"]

    on_a_bus(scenario)


@pytest.mark.parametrize(
    ("characteristics", "is_paired", "is_risk"),
    [
        pytest.param((Characteristic("2A35"),), False, False, id="no bond: it says nothing unasked"),
        pytest.param((Characteristic("2A37"),), True, True, id="a bluetoothd that has just come"),
        pytest.param((Characteristic("2A35", refuses=True),), True, True, id="bluetoothd said no"),
    ],
)
def test_a_bonded_meter_that_nobody_listens_to_beforehand_is_a_risk(
    on_a_bus: Play, *, characteristics: tuple[Characteristic, ...], is_paired: bool, is_risk: bool
) -> None:
    async def scenario(bus: str) -> None:
        heard = ears()
        async with listening(bus, heard, *characteristics, is_paired=is_paired) as found:
            assert not await found.stands("2A35")
        assert heard.may_have_missed is is_risk

    on_a_bus(scenario)


def test_where_there_is_no_bus_it_is_a_risk_and_the_link_goes_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        heard = ears()
        async with early.listening(ADDRESS, heard, bus=f"unix:path={tmp_path}/none") as nothing:
            assert not await nothing.stands("2A35")
        assert heard.may_have_missed

    asyncio.run(scenario())


def test_a_meter_that_can_be_asked_again_is_never_listened_to_beforehand(tmp_path: Path) -> None:
    async def scenario() -> None:
        heard = Ears(lambda _characteristic, _value: None)
        async with early.listening(ADDRESS, heard, bus=f"unix:path={tmp_path}/none"):
            pass
        assert not heard.may_have_missed

    asyncio.run(scenario())
