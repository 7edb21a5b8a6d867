"""What a bluetoothd holds of what meters said, asked on a real message bus."""

import asyncio
from pathlib import Path

from dbus_fast import PropertyAccess, Variant
from dbus_fast.annotations import DBusBytes, DBusStr
from dbus_fast.service import ServiceInterface, dbus_property

from gateway.bluez.values import held, said_in
from gateway.radio.recalling import Said
from tests.gateway.bluez.private_bus import ADDRESS, DEVICE, connection, private_bus

FRAME = bytes.fromhex("06780050006200ea0703010800114800")
OF_THE_STANDARD = "00002a35-0000-1000-8000-00805f9b34fb"
A_MAKERS_OWN = "b305b680-aee7-11e1-a730-0002a5d5c51b"


class Device(ServiceInterface):
    def __init__(self) -> None:
        super().__init__("org.bluez.Device1")

    @dbus_property(name="Address", access=PropertyAccess.READ)
    def address(self) -> DBusStr:
        return ADDRESS


class Characteristic(ServiceInterface):
    def __init__(self) -> None:
        super().__init__("org.bluez.GattCharacteristic1")

    @dbus_property(name="UUID", access=PropertyAccess.READ)
    def uuid(self) -> DBusStr:
        return OF_THE_STANDARD

    @dbus_property(name="Value", access=PropertyAccess.READ)
    def value(self) -> DBusBytes:
        return FRAME


async def held_by_bluetoothd(bus: str) -> list[Said]:
    async with connection(bus) as bluetoothd:
        bluetoothd.export(DEVICE, Device())
        bluetoothd.export(f"{DEVICE}/service0010/char0011", Characteristic())
        await bluetoothd.request_name("org.bluez")
        return await held(bus)


def test_the_last_value_of_each_characteristic_is_told_by_its_meters_address(tmp_path: Path) -> None:
    with private_bus(tmp_path) as bus:
        assert asyncio.run(held_by_bluetoothd(bus)) == [Said(ADDRESS, "2A35", FRAME)]


def test_without_a_bluetoothd_or_a_bus_nothing_is_held(tmp_path: Path) -> None:
    with private_bus(tmp_path) as bus:
        assert asyncio.run(held(bus)) == []
    assert asyncio.run(held(bus)) == []


def test_what_has_no_value_or_no_device_above_it_is_passed_over() -> None:
    uuid, value = Variant("s", A_MAKERS_OWN), Variant("ay", FRAME)
    device = {"org.bluez.Device1": {"Address": Variant("s", ADDRESS)}}
    objects = {
        DEVICE: device,
        f"{DEVICE}/service0010": {"org.bluez.GattService1": {"UUID": uuid}},
        f"{DEVICE}/service0010/char0011": {"org.bluez.GattCharacteristic1": {"UUID": uuid}},
        f"{DEVICE}/service0010/char0013": {"org.bluez.GattCharacteristic1": {"UUID": uuid, "Value": value}},
        "/org/bluez/hci1/dev_X/service0010/char0013": {
            "org.bluez.GattCharacteristic1": {"UUID": uuid, "Value": value}
        },
    }

    assert list(said_in(objects)) == [Said(ADDRESS, A_MAKERS_OWN, FRAME)]
