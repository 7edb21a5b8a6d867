"""One who speaks D-Bus as bluetoothd does, with bonded meters at rest and phones passing. Connects nobody."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from threading import Event, Thread
from typing import Final

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from hearthline.bench.servers import MissingError

ADAPTER: Final = "/org/bluez/hci0"
PASSING_S: Final = 0.1
"""Between two advertisements of strangers: a block of flats in the evening."""

_ATTRIBUTES: Final = {"180A": ("2A29", "2A24", "2A25"), "180F": ("2A19",), "1810": ("2A35", "2A36", "2A49")}
"""What BlueZ remembers of a bonded cuff: characteristics by service (Blood Pressure Profile 1.1)."""

_BUS: Final = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><policy context="default">
<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow user="*"/>
</policy></busconfig>
"""

Objects = dict[str, dict[str, dict[str, Variant]]]


def addresses(meters: int) -> list[str]:
    """Of the bonded ones."""
    return [f"C0:00:00:00:00:{number:02X}" for number in range(meters)]


@contextmanager
def bluetoothd(meters: int) -> Iterator[str]:
    """The address of a system bus of its own on which it answers. Raises MissingError."""
    program = which("dbus-daemon")
    if program is None:
        raise MissingError("dbus-daemon is not installed")
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "bus.conf"
        config.write_text(_BUS.format(socket=Path(folder) / "bus"), encoding="utf-8")
        command = [program, f"--config-file={config}", "--nofork", "--nopidfile", "--print-address=1"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
            try:
                address = daemon.stdout.readline().strip() if daemon.stdout else ""
                with _answering(address, objects(meters)):
                    yield address
            finally:
                daemon.terminate()


@contextmanager
def _answering(address: str, known: Objects) -> Iterator[None]:
    loop, ready, end = asyncio.new_event_loop(), Event(), asyncio.Event()

    async def live() -> None:
        bus = await MessageBus(bus_address=address, bus_type=BusType.SYSTEM).connect()
        bus.add_message_handler(lambda message: _answer(message, known))
        await bus.request_name("org.bluez")
        ready.set()
        while not end.is_set():
            await bus.send(_passing())
            await asyncio.sleep(PASSING_S)
        bus.disconnect()

    thread = Thread(target=loop.run_until_complete, args=(live(),))
    thread.start()
    try:
        ready.wait()
        yield
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()


def _answer(message: Message, known: Objects) -> Message | None:
    if message.message_type is not MessageType.METHOD_CALL or message.destination == "org.freedesktop.DBus":
        return None
    if message.member == "GetManagedObjects":
        return Message.new_method_return(message, "a{oa{sa{sv}}}", [known])
    if message.member == "Connect":
        return Message.new_error(message, "org.bluez.Error.Failed", "le-connection-abort-by-local")
    return Message.new_method_return(message)


def objects(meters: int) -> Objects:
    """The adapter, one phone, and each meter with what BlueZ remembers of its services."""
    known: Objects = {"/org/bluez": {"org.bluez.AgentManager1": {}}, ADAPTER: _adapter()}
    known[_path("D0:00:00:00:00:01")] = _device("D0:00:00:00:00:01", is_bonded=False)
    for address in addresses(meters):
        known[_path(address)] = _device(address, is_bonded=True)
        known |= _services(_path(address))
    return known


def _path(address: str) -> str:
    return f"{ADAPTER}/dev_{address.replace(':', '_')}"


def _adapter() -> dict[str, dict[str, Variant]]:
    told = {
        "Address": Variant("s", "AA:00:00:00:00:01"),
        "Powered": Variant("b", True),  # noqa: FBT003  D-Bus has no names here
        "Roles": Variant("as", ["central"]),
    }
    return {"org.bluez.Adapter1": told, "org.bluez.GattManager1": {}, "org.bluez.LEAdvertisingManager1": {}}


def _device(address: str, *, is_bonded: bool) -> dict[str, dict[str, Variant]]:
    told = {
        "Address": Variant("s", address),
        "AddressType": Variant("s", "random"),
        "Name": Variant("s", "UA-651BLE"),
        "Alias": Variant("s", "UA-651BLE"),
        "Adapter": Variant("o", ADAPTER),
        "Paired": Variant("b", is_bonded),
        "Bonded": Variant("b", is_bonded),
        "Connected": Variant("b", False),  # noqa: FBT003  as above
        "ServicesResolved": Variant("b", False),  # noqa: FBT003  as above
        "UUIDs": Variant("as", [_uuid(service) for service in _ATTRIBUTES] if is_bonded else []),
    }
    return {"org.bluez.Device1": told}


def _services(device: str) -> Objects:
    known: Objects = {}
    for number, (service, characteristics) in enumerate(_ATTRIBUTES.items(), start=1):
        path = f"{device}/service{number:04x}"
        told = {"UUID": Variant("s", _uuid(service)), "Device": Variant("o", device)}
        known[path] = {"org.bluez.GattService1": told | {"Primary": Variant("b", True)}}  # noqa: FBT003
        for place, characteristic in enumerate(characteristics, start=1):
            told = {"UUID": Variant("s", _uuid(characteristic)), "Service": Variant("o", path)}
            told |= {"Flags": Variant("as", ["read", "indicate"]), "MTU": Variant("q", 23)}
            known[f"{path}/char{place:04x}"] = {"org.bluez.GattCharacteristic1": told}
    return known


def _passing() -> Message:
    """A phone, once more."""
    changed = {"RSSI": Variant("n", -80), "ManufacturerData": Variant("a{qv}", {76: Variant("ay", bytes(8))})}
    return Message(
        message_type=MessageType.SIGNAL,
        path=_path("D0:00:00:00:00:01"),
        interface="org.freedesktop.DBus.Properties",
        member="PropertiesChanged",
        signature="sa{sv}as",
        body=["org.bluez.Device1", changed, []],
    )


def _uuid(short: str) -> str:
    return f"0000{short.lower()}-0000-1000-8000-00805f9b34fb"
