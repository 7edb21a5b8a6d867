"""What bluetoothd still holds of what meters said. Only asks; what of it is news is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gateway.bluez.bus import Ask, BusFailed, call_once
from gateway.radio.recalling import Said

_BASE: Final = "-0000-1000-8000-00805f9b34fb"
DEVICE: Final = "org.bluez.Device1"
CHARACTERISTIC: Final = "org.bluez.GattCharacteristic1"
EVERYTHING: Final = Ask("org.bluez", "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")

Objects = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By path, then by interface, then by property: a variant each."""


async def held(bus: str | None = None) -> list[Said]:
    """The last value of each characteristic that has one; none where nobody answers. `bus`: None is the
    system's."""
    try:
        answer = await call_once(bus, EVERYTHING)
    except BusFailed:
        return []
    return list(said_in(answer[0]))


def said_in(objects: Objects) -> Iterator[Said]:
    """Values of characteristics below a device, by its address. The path of a characteristic is that of its
    device and two steps more (BlueZ, doc/org.bluez.GattCharacteristic.rst)."""
    for path, interfaces in objects.items():
        characteristic = interfaces.get(CHARACTERISTIC, {})
        device = objects.get(path.rsplit("/", 2)[0], {}).get(DEVICE, {})
        if "Value" in characteristic and "Address" in device:
            uuid = short(characteristic["UUID"].value)
            yield Said(device["Address"].value, uuid, bytes(characteristic["Value"].value))


def short(uuid: str) -> str:
    """`00002a35-0000-1000-8000-00805f9b34fb` → `2A35`; other UUIDs stay as they are."""
    return uuid[4:8].upper() if uuid.startswith("0000") and uuid.endswith(_BASE) else uuid
