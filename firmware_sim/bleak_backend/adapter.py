"""The host side of a Bluetooth adapter: one bumble central for the process. Filters and decides nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason
from bumble import hci
from bumble.core import BaseBumbleError
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.host import Host
from bumble.keys import JsonKeyStore
from bumble.transport import open_transport
from bumble.transport.common import Transport

from firmware_sim.pairing import just_works

PUBLIC = hci.OwnAddressType.PUBLIC  # BlueZ's default too


class Adapter:
    """Opened at first use in the running loop; opened again when the controller's side came back."""

    def __init__(self, hci_url: str, *, bonds: Path | None) -> None:
        self._hci_url = hci_url
        self._bonds = bonds
        self._transport: Transport | None = None
        self._device: Device | None = None
        self._opening = asyncio.Lock()
        self._connecting = asyncio.Lock()
        self._strays: set[asyncio.Future[None]] = set()

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

    async def connect(self, address: hci.Address, *, timeout_s: float) -> Connection:
        """A link to the peer. Raises TimeoutError, or a bumble error if the link failed at once."""
        device = await self.device()
        attempt = asyncio.create_task(self._connect(device, address, timeout_s))
        try:
            return await asyncio.shield(attempt)
        except asyncio.CancelledError:
            # bumble's own connect must run to its end: cancelled, it leaves the controller's connect pending.
            attempt.add_done_callback(self._hang_up_stray)
            with suppress(BaseBumbleError):
                await device.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())
            raise

    async def is_bonded(self, address: hci.Address) -> bool:
        device = await self.device()
        return device.keystore is not None and await device.keystore.get(str(address)) is not None

    async def forget(self, address: hci.Address) -> None:
        """Drop the bond, if there is one."""
        device = await self.device()
        if device.keystore is not None and await self.is_bonded(address):
            await device.keystore.delete(str(address))

    async def _connect(self, device: Device, address: hci.Address, timeout_s: float) -> Connection:
        # A controller has room for one pending connect.
        async with self._connecting:
            return await device.connect(address, own_address_type=PUBLIC, timeout=timeout_s)

    def _hang_up_stray(self, attempt: asyncio.Task[Connection]) -> None:
        """Nobody waits for this link any more."""
        if not attempt.cancelled() and attempt.exception() is None:
            hanging_up = asyncio.ensure_future(attempt.result().disconnect())
            self._strays.add(hanging_up)
            hanging_up.add_done_callback(self._strays.discard)

    def _lost(self) -> bool:
        return self._transport is not None and self._transport.source.terminated.done()

    async def _open(self) -> Device:
        try:
            transport = await open_transport(self._hci_url)
        except OSError as error:
            raise BleakBluetoothNotAvailableError(
                f"no controller at {self._hci_url}", BleakBluetoothNotAvailableReason.NO_BLUETOOTH
            ) from error
        self._transport = transport
        device = Device(
            config=DeviceConfiguration(name="gateway"), host=Host(transport.source, transport.sink)
        )
        device.pairing_config_factory = lambda _connection: just_works()
        await device.power_on()
        if self._bonds is not None:
            device.keystore = JsonKeyStore.from_device(device, str(self._bonds))
        return device
