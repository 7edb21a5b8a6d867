"""Service discovery: bumble's proxies as bleak's collection."""

from __future__ import annotations

from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt_client import CharacteristicProxy, ServiceProxy

from firmware_sim.bleak_backend.scanner import uuid_text

GENERIC_ACCESS = UUID("1800")  # BlueZ keeps it to itself


async def discover(connection: Connection) -> BleakGATTServiceCollection:
    """Everything the peer offers, in the order of its handles."""
    collection = BleakGATTServiceCollection()
    for service in await connection.gatt_client.discover_services():
        if service.uuid != GENERIC_ACCESS:
            await _add(service, collection, connection)
    return collection


async def _add(service: ServiceProxy, collection: BleakGATTServiceCollection, connection: Connection) -> None:
    parent = BleakGATTService(service, service.handle, uuid_text(service.uuid))
    collection.add_service(parent)
    for characteristic in await service.discover_characteristics():
        found = _characteristic(characteristic, parent, connection)
        collection.add_characteristic(found)
        for descriptor in await characteristic.discover_descriptors():
            uuid = uuid_text(descriptor.type)
            collection.add_descriptor(BleakGATTDescriptor(descriptor, descriptor.handle, uuid, found))


def _characteristic(
    proxy: CharacteristicProxy[bytes], service: BleakGATTService, connection: Connection
) -> BleakGATTCharacteristic:
    return BleakGATTCharacteristic(
        proxy,
        proxy.handle,
        uuid_text(proxy.uuid),
        list(gatt_char_props_to_strs(proxy.properties)),
        lambda: connection.att_mtu - 3,
        service,
    )
