"""The host side of a Bluetooth adapter: one bumble central for the process. Filters and decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason
from bumble import hci
from bumble.core import BaseBumbleError
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.host import Host
from bumble.keys import JsonKeyStore
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink, BaseSource, Transport, TransportSink

from firmware_sim.bleak_backend.held import Held
from firmware_sim.controller import Radio
from firmware_sim.pairing import just_works

PUBLIC = hci.OwnAddressType.PUBLIC  # BlueZ's default too
UNPLUGGED = BleakBluetoothNotAvailableReason.NO_BLUETOOTH


Plug = Callable[[], Awaitable[Transport]]
"""Makes the way to a controller. Raises OSError where there is none."""


def at(hci_url: str) -> Plug:
    """A controller in another process, by bumble's name for it: tcp-client:HOST:PORT."""
    return lambda: open_transport(hci_url)


def on(radio: Radio) -> Plug:
    """A controller in this process."""

    async def plug() -> Transport:
        return Transport(_Socket(radio), AsyncPipeSink(radio))

    return plug


class _Socket(BaseSource):
    """Where the packets of a controller in this process come from."""

    def __init__(self, radio: Radio) -> None:
        super().__init__()
        self._radio = radio

    def set_packet_sink(self, sink: TransportSink) -> None:
        self._radio.set_packet_sink(sink)


class Adapter:
    """Opened at first use in the running loop; opened again when the controller's side came back."""

    def __init__(self, plug: Plug, *, bonds: Path | None) -> None:
        self._plug = plug
        self._bonds = bonds
        self.held = Held(None if bonds is None else bonds.with_suffix(".held"))
        self._transport: Transport | None = None
        self._device: Device | None = None
        self._opening = asyncio.Lock()
        self._connecting = asyncio.Lock()

    async def device(self) -> Device:
        """The powered central. Raises BleakBluetoothNotAvailableError if the controller cannot be reached."""
        async with self._opening:
            if self._device is None or self._lost():
                await self.close()
                self._device = await self._open()
            return self._device

    async def close(self) -> None:
        transport, self._transport, self._device = self._transport, None, None
        if transport is not None:
            await transport.close()

    async def connect(self, address: hci.Address) -> Connection:
        """A link to the peer, however long it takes. Raises a bumble error if the link failed at once."""
        device = await self.device()
        async with self._connecting:  # a controller has room for one pending connect
            # No timeout of bumble's: its own way out of a timed-out connect stumbles over a cancelled one.
            attempt = asyncio.create_task(device.connect(address, own_address_type=PUBLIC, timeout=None))
            try:
                await asyncio.wait((attempt,))
            except asyncio.CancelledError:
                await _call_off(device, attempt)
                raise
        if attempt.cancelled():
            raise BleakBluetoothNotAvailableError("the controller is gone", UNPLUGGED)
        return attempt.result()

    async def is_bonded(self, address: hci.Address) -> bool:
        device = await self.device()
        return device.keystore is not None and await device.keystore.get(str(address)) is not None

    async def forget(self, address: hci.Address) -> None:
        """Drop the bond, if there is one."""
        device = await self.device()
        if device.keystore is not None and await self.is_bonded(address):
            await device.keystore.delete(str(address))

    def _lost(self) -> bool:
        return self._transport is not None and self._transport.source.terminated.done()

    async def _open(self) -> Device:
        try:
            transport = await self._plug()
        except OSError as error:
            raise BleakBluetoothNotAvailableError(f"no controller: {error}", UNPLUGGED) from error
        self._transport = transport
        device = Device(
            config=DeviceConfiguration(name="gateway"), host=_Host(transport.source, transport.sink)
        )
        device.pairing_config_factory = lambda _connection: just_works()
        await device.power_on()
        if self._bonds is not None:
            device.keystore = JsonKeyStore.from_device(device, str(self._bonds))
        return device


class _Host(Host):
    """Tells of a lost controller also when the answer to its last command is settled; bumble stumbles."""

    def on_transport_lost(self) -> None:
        if self.pending_response is not None and self.pending_response.done():
            self.pending_response = None
        super().on_transport_lost()  # type: ignore[no-untyped-call]  # bumble leaves it untyped


async def _call_off(device: Device, attempt: asyncio.Task[Connection]) -> None:
    """Let bumble's connect run to its end: cancelled, it would leave the controller's connect pending."""
    with suppress(BaseBumbleError):
        await device.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())
    await asyncio.wait((attempt,))
    if not attempt.cancelled() and attempt.exception() is None:
        await attempt.result().disconnect()
