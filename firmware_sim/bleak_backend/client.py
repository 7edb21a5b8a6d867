"""bleak's client over a bumble central."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bleak import BleakScanner
from bleak.args import SizedBuffer
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.exc import BleakDeviceNotFoundError, BleakError
from bumble import hci

from firmware_sim.bleak_backend.adapter import Adapter
from firmware_sim.bleak_backend.held import HeldValue
from firmware_sim.bleak_backend.link import Link, bleaks_errors
from firmware_sim.bleak_backend.services import discover

MTU = 517  # what BlueZ offers


class BumbleClient(BaseBleakClient):
    def __init__(
        self,
        adapter: Adapter,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **_platform: Any,  # noqa: ANN401  # options of other platforms, as bleak passes them
    ) -> None:
        super().__init__(address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout)
        self._adapter = adapter
        self._peer = address_or_ble_device if isinstance(address_or_ble_device, BLEDevice) else None
        self._link: Link | None = None
        self._subscribers: dict[int, Callable[[bytes], None]] = {}

    @property
    def name(self) -> str:
        name = None if self._peer is None else self._peer.name
        return name or self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        return self._alive().connection.att_mtu

    @property
    def is_connected(self) -> bool:
        return self._link is not None and not self._link.gone.done()

    async def connect(self, pair: bool, **_kwargs: Any) -> None:  # noqa: ANN401, FBT001  # bleak's signature
        if self.is_connected:
            raise BleakError("already connected")
        async with asyncio.timeout(self._timeout):
            address = await self._address()
            link = await self._open(address)
            try:
                await self._prepare(link, address, pair=pair)
            except BaseException:
                await self._hang_up(link)
                raise
        link.gone.add_done_callback(self._on_gone)
        self._link = link

    async def disconnect(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            await self._hang_up(link)

    async def pair(self, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401  # bleak's signature
        await self._pair(self._alive())

    async def unpair(self) -> None:
        await self._adapter.forget(await self._address())
        await self.disconnect()

    async def read_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        *,
        use_cached: bool = False,  # noqa: ARG002  # nothing is cached
        **_kwargs: Any,  # noqa: ANN401
    ) -> bytearray:
        return await self._read(characteristic.handle)

    async def read_gatt_descriptor(
        self,
        descriptor: BleakGATTDescriptor,
        *,
        use_cached: bool = False,  # noqa: ARG002  # nothing is cached
        **_kwargs: Any,  # noqa: ANN401
    ) -> bytearray:
        return await self._read(descriptor.handle)

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,
        response: bool,  # noqa: FBT001
    ) -> None:
        link = self._alive()
        client = link.connection.gatt_client
        await link.carry_out(client.write_value(characteristic.handle, bytes(data), with_response=response))

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        link = self._alive()
        client = link.connection.gatt_client
        await link.carry_out(client.write_value(descriptor.handle, bytes(data), with_response=True))

    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: NotifyCallback,
        **_kwargs: Any,  # noqa: ANN401
    ) -> None:
        if characteristic.handle in self._subscribers:
            raise BleakError("notifications are already started")
        loop = asyncio.get_running_loop()

        def deliver(value: bytes) -> None:
            # One turn later: bumble sends the confirmation when this function returns. So the peer is told
            # 'received' before Python acts, as with BlueZ, and will not say it again. Like bluetoothd the
            # stack has it by then: BlueZ, src/gatt-client.c, notify_cb.
            self._adapter.held.hold(HeldValue(self.address, characteristic.uuid, bytes(value)))
            loop.call_soon(callback, bytearray(value))

        self._subscribers[characteristic.handle] = deliver
        link = self._alive()
        client = link.connection.gatt_client
        try:
            await link.carry_out(client.subscribe(characteristic.obj, deliver))
        except BaseException:
            self._drop_subscriber(link, characteristic.handle)
            raise

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        deliver = self._subscribers.pop(characteristic.handle, None)
        if deliver is not None:
            link = self._alive()
            client = link.connection.gatt_client
            await link.carry_out(client.unsubscribe(characteristic.obj, deliver))

    def _alive(self) -> Link:
        if self._link is None or self._link.gone.done():
            raise BleakError("not connected")
        return self._link

    async def _address(self) -> hci.Address:
        if self._peer is None:
            self._peer = await BleakScanner.find_device_by_address(self.address, self._timeout)
        if self._peer is None:
            raise BleakDeviceNotFoundError(self.address, f"{self.address} does not advertise")
        address = self._peer.details
        if not isinstance(address, hci.Address):
            raise BleakDeviceNotFoundError(self.address, f"{self.address} was not found by this backend")
        return address

    async def _open(self, address: hci.Address) -> Link:
        with bleaks_errors():
            return Link(await self._adapter.connect(address))

    async def _prepare(self, link: Link, address: hci.Address, *, pair: bool) -> None:
        self._subscribers = {}
        if await self._adapter.is_bonded(address):
            await link.carry_out(link.connection.encrypt())
        await link.carry_out(link.connection.gatt_client.request_mtu(MTU))
        if pair:
            await self._pair(link)
        self.services = await link.carry_out(discover(link.connection))

    async def _pair(self, link: Link) -> None:
        if not link.connection.is_encrypted:
            await link.carry_out(link.connection.pair())

    async def _read(self, handle: int) -> bytearray:
        link = self._alive()
        return bytearray(await link.carry_out(link.connection.gatt_client.read_value(handle)))

    async def _hang_up(self, link: Link) -> None:
        if not link.gone.done():
            try:
                await link.carry_out(link.connection.disconnect())
            except BleakError:
                await link.gone

    def _drop_subscriber(self, link: Link, handle: int) -> None:
        deliver = self._subscribers.pop(handle)
        client = link.connection.gatt_client
        for subscribers in (client.notification_subscribers, client.indication_subscribers):
            subscribers.get(handle, set()).discard(deliver)

    def _on_gone(self, _gone: asyncio.Future[None]) -> None:
        """Behind every value still to be delivered: future callbacks queue as those do."""
        self.services = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()
